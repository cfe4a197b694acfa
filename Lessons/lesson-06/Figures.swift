import Charting
import ModelCharts
import QAT

/// SQNR of eight channels: before folding, and after it with a scale for each channel and with one for all.
func channelBars(before: [Float], foldedApiece: [Float], foldedShared: [Float]) -> Chart {
  Chart(
    title: "A scale for each channel undoes what folding does", x: Axis("output channel"),
    y: Axis("SQNR", unit: "dB"),
    marks: [
      .bars(
        (1...8).map { "\($0)" },
        series: [
          .init(before, label: "before folding, a scale each", color: .before),
          .init(foldedApiece, label: "folded, a scale each", color: .after),
          .init(foldedShared, label: "folded, one scale", color: .orange),
        ])
    ])
}

/// How many digits two networks read at some widths, with one scale for a kernel and with a scale for each channel.
///
/// `read` holds four numbers for each width: the model's with one scale and with several, then the twin's.
func twins(_ read: [[Double]], widths: [Int]) -> Chart {
  let panels = ["model", "twin"].enumerated().map { index, name in
    Panel(
      title: name, x: Axis("bits of a weight"), y: Axis("digits read", domain: 0...1, format: .percent(0)),
      legend: index == 0 ? .automatic : .hidden,
      marks: [
        .bars(
          widths.map { "\($0)" },
          series: [
            .init(read.map { $0[2 * index] }, label: "one scale", color: .orange),
            .init(read.map { $0[2 * index + 1] }, label: "a scale each", color: .sky),
          ])
      ])
  }
  return Chart(title: "Equal in floats, and not in codes", columns: 2, panels: panels)
}

/// Histograms of values before a ReLU and after it, with a bar for each of the sixteen codes of its own 4-bit grid.
func barsAroundReLU(_ arriving: Tensor) -> Chart {
  Chart(
    title: "Rounded after the ReLU, every code serves", sharedX: true, sharedY: true,
    panels: [
      codePanel("rounded before the ReLU", arriving), codePanel("rounded after it", arriving.relu()),
    ])
}

/// A bar for each code of the 4-bit grid that covers some values: those of the codes below zero apart.
func codePanel(_ title: String, _ x: Tensor) -> Panel {
  let (low, high) = (x.min().scalar, x.max().scalar)
  guard let grid = try? AffineQuantizer(covering: (low, high), bitWidth: 4) else { return Panel(marks: []) }
  let codes = grid.quantizedRange
  let counts = codes.map { code in x.values.count { grid.quantize($0) == code } }
  let below = Int(grid.zeroPoint - codes.lowerBound)
  func bars(_ range: Range<Int>, _ label: String, _ color: SeriesColor) -> Mark {
    let edges = (range.lowerBound...range.upperBound).map { (Float($0 - below) - 0.5) * grid.scale }
    return .histogram(
      edges: edges, counts: range.map { counts[$0] }, label: "\(range.count) codes \(label)", color: color)
  }
  let kept = bars(below..<counts.count, "in use after it", .seen)
  return Panel(
    title: title, x: Axis("what arrives"), y: Axis("numbers", scale: .log),
    marks: below == 0 ? [kept] : [bars(0..<below, "deleted by it", .lost), kept])
}

/// The graphs of a block as written, folded, and folded and fused, with quantizers that have seen some images.
func blockGraphs(
  _ convolution: Layer, _ normalization: BatchNormalization, _ relu: Layer, on images: Tensor
) -> Chart {
  var watching: [Quantizer] = []
  func quantizer(_ format: QuantizerFormat) -> Quantizer {
    let quantizer = AllValuesQuantizer(format)
    quantizer.phase = .calibrating
    watching.append(quantizer)
    return quantizer
  }
  func wrapped(_ layer: Layer) -> Layer { QuantizeWrapper(layer, output: quantizer(.activations)) }
  func folded() -> FoldedBatchNorm {
    FoldedBatchNorm(convolution, normalization, quantizer: quantizer(.weightsPerChannel))
  }
  let kernel = [(name: "kernel", quantizer: quantizer(.weightsPerChannel))]
  let convolved = QuantizeWrapper(convolution, weights: kernel, output: quantizer(.activations))
  let blocks: [(title: String, layers: [Layer])] = [
    ("as written", [convolved, wrapped(normalization)]), ("normalization folded", [wrapped(folded())]),
    ("ReLU fused too", [QuantizeWrapper(folded())]),
  ]
  let models = blocks.map { _, layers in
    let input: Layer = QuantizeLayer(quantizer(.activations))
    let block = Sequential([input] + layers + [wrapped(relu)], inputShape: [28, 28, 1])
    _ = block(images)
    return block
  }
  for quantizer in watching { quantizer.phase = .frozen }
  return Chart(
    title: "Two rules, two roundings less", columns: 3,
    panels: zip(blocks, models).map {
      .graph(of: $1, title: $0.title, detail: .outputs, legend: .hidden)
    })
}

/// What two ways to train and what runs do with a kernel, as graphs.
func waysToTrain() -> Chart {
  let times = GraphDiagram.Node("times", "× γ/σ", kind: .operation)
  let rounded = GraphDiagram.Node("round", "fake-quant", kind: .quantizer)
  let divided = GraphDiagram.Node("over", "÷ γ/σ", kind: .operation)
  func panel(_ title: String, _ kernel: [GraphDiagram.Node], normalized: Bool) -> Panel {
    let chain =
      [.init("W", kind: .staticValue)] + kernel + [.init("conv", "convolution", kind: .operation)]
      + (normalized ? [.init("norm", "normalization,\nby the batch", kind: .layer)] : [])
    return Panel(
      title: title, legend: .hidden,
      marks: [
        .graph(nodes: chain, edges: zip(chain, chain.dropFirst()).map { .init($0.id, $1.id) })
      ])
  }
  return Chart(
    title: "Which kernel is rounded", columns: 3,
    panels: [
      panel("unfolded", [rounded], normalized: true),
      panel("folded", [times, rounded, divided], normalized: true),
      panel("what runs", [times, rounded], normalized: false),
    ])
}

/// How many digits networks read in training and when they run; `outcomes` holds both at places 1 and 2.
func formsCompared(_ names: [String], _ outcomes: [[Double]]) -> Chart {
  Chart(
    title: "What training promises, and what runs", x: Axis("digits read", format: .percent(0)),
    marks: [
      .bars(
        names,
        series: [
          .init(outcomes.map { $0[1] }, label: "in training", color: .before),
          .init(outcomes.map { $0[2] }, label: "when it runs", color: .seen),
        ], direction: .horizontal, numbers: .percent(0))
    ])
}

/// The quantized model of a network, with some fake-quants switched off by `lose`, and with all of them.
func lostAndKept(_ model: Model, lose: (QuantizedModel) -> Void) -> Chart {
  let panels = ["weights lost", "weights kept"].enumerated().compactMap { index, title -> Panel? in
    guard let quantized = try? quantizeModel(model) else { return nil }
    if index == 0 { lose(quantized) }
    return .graph(of: quantized, title: title, detail: .compact, legend: .hidden)
  }
  return Chart(title: "A ReLU behind it, and the weights are forgotten", columns: 2, panels: panels)
}
