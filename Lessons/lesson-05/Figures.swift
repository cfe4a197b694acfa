import Charting
import QAT

/// A ClipWrapper as a graph: the clip with its two ends, and the layer inside.
func wrapperDiagram() -> Chart {
  Chart(
    title: "ClipWrapper: something in front of a layer",
    marks: [
      .graph(
        nodes: [
          .init("inputs", kind: .dynamicValue), .init("min, max", "min = −6\nmax = 6", kind: .staticValue),
          .init("clip", kind: .operation), .init("weights", "kernel\nbias", kind: .staticValue),
          .init("dense", "the layer inside:\ndense", kind: .layer), .init("outputs", kind: .dynamicValue),
        ],
        edges: [
          .init("inputs", "clip"), .init("min, max", "clip"), .init("clip", "dense"),
          .init("weights", "dense"), .init("dense", "outputs"),
        ])
    ])
}

/// A clip over x, and its slopes with respect to x, min and max: the three numbers of each element of `slopes`.
func clipAndSlopes(_ points: [Float], clipped: [Float], slopes: [[Float]]) -> Chart {
  let across = Axis("x", ticks: [Tick(at: -6, "−6"), Tick(at: 0, "0"), Tick(at: 6, "6")])
  let upwards = Axis("slope", domain: -0.1...1.2, ticks: [Tick(at: 0, "0"), Tick(at: 1, "1")])
  func slope(of name: String, at index: Int, _ color: SeriesColor) -> Panel {
    Panel(
      title: "slope of \(name)", x: across, y: upwards,
      marks: [.line(x: points, y: slopes.map { $0[index] }, color: color)])
  }
  return Chart(
    title: "Each gradient goes to one place", columns: 2,
    panels: [
      Panel(
        title: "what comes out", x: across, y: Axis("out", ticks: across.ticks),
        marks: [.line(x: points, y: clipped, color: .blue)]), slope(of: "x", at: 0, .green),
      slope(of: "min", at: 1, .vermilion), slope(of: "max", at: 2, .purple),
    ])
}

/// Histograms of the activations above zero, before a clip from −6 to `max` and after it.
func reachingHistograms(before: Tensor, after: Tensor, max end: Float) -> Chart {
  let top = Double(before.max().scalar.rounded(.up))
  func panel(_ title: String, _ values: Tensor, _ axis: Axis, _ color: SeriesColor, _ legend: Legend) -> Panel
  {
    Panel(
      title: title, x: axis, y: Axis("how many"), legend: legend,
      marks: [
        .region(x: -6...0, label: "inside the range, and never used", color: .gray),
        .histogram(values.values.filter { $0 > 0 }, bins: 96, range: -6...top, color: color),
        .verticalLine(at: end, label: "max", color: .black),
      ])
  }
  return Chart(
    title: "What reaches the layer", sharedX: true,
    panels: [
      panel("before the clip", before, Axis(domain: -6...top), .vermilion, .automatic),
      panel("after the clip", after, Axis("activation", domain: -6...top), .blue, .hidden),
    ])
}

/// The paths of max in two trainings without penalty and two with it.
func pathsOfMax(without: [[Float]], with: [[Float]]) -> Chart {
  let steps = Array(0..<without[0].count)
  return Chart(
    title: "The penalty pulls max down, wherever it began", x: Axis("step"), y: Axis("max"),
    marks: [
      .line(x: steps, y: without[0], label: "without penalty", color: .vermilion, dash: .dashed),
      .line(x: steps, y: without[1], color: .vermilion, dash: .dashed),
      .line(x: steps, y: with[0], label: "with penalty", color: .blue, dash: .solid),
      .line(x: steps, y: with[1], color: .blue, dash: .solid),
    ])
}

/// ClipWrapper and QuantizeWrapper as graphs, one above the other.
func twoWrappers() -> Chart {
  Chart(
    title: "One idea, twice",
    panels: [
      wrapperPanel(
        "ClipWrapper", .init("front", "clip", kind: .operation), kernel: [], [.init("kernel", "dense")]),
      wrapperPanel(
        "QuantizeWrapper", .init("front", "fake-quant", kind: .quantizer),
        kernel: [.init("second", "fake-quant", kind: .quantizer)],
        [.init("kernel", "second"), .init("second", "dense")]),
    ])
}

/// A wrapper as a graph: `front` stands before the layer, and `kernel` between the layer and its kernel.
func wrapperPanel(
  _ title: String, _ front: GraphDiagram.Node, kernel: [GraphDiagram.Node], _ edges: [GraphDiagram.Edge]
) -> Panel {
  Panel(
    title: title, legend: kernel.isEmpty ? .hidden : .automatic,
    marks: [
      .graph(
        nodes: [
          .init("inputs", kind: .dynamicValue), .init("ends", "min, max", kind: .staticValue), front,
          .init("kernel", kind: .staticValue),
        ] + kernel + [.init("dense", kind: .layer), .init("outputs", kind: .dynamicValue)],
        edges: [
          .init("inputs", "front"), .init("ends", "front"), .init("front", "dense"),
          .init("dense", "outputs"),
        ] + edges)
    ])
}

/// What rounding takes of the activations, and how many digits are read, over bits, for each network.
func afterTraining(_ names: [String], _ widths: [Int], lost: [[Float]], read: [[Float]]) -> Chart {
  let bits = Axis("bits", ticks: widths.enumerated().map { Tick(at: $0.offset, "\($0.element)") })
  let colors: [SeriesColor] = [.vermilion, .orange, .green, .blue]
  func lines(_ values: [[Float]]) -> [Mark] {
    names.indices.map {
      .line(x: 0..<4, y: values[$0], label: names[$0], color: colors[$0], markers: true)
    }
  }
  return Chart(
    title: "A narrow range makes few codes go further", columns: 2,
    panels: [
      Panel(
        title: "lost to rounding", x: bits, y: Axis("share of power", scale: .log), marks: lines(lost)),
      Panel(
        title: "digits read", x: bits, y: Axis("accuracy", format: .percent(0)), legend: .hidden,
        marks: lines(read)),
    ])
}

/// Two gradients over max, each as a share of its largest.
func gradientsOverMax(_ ends: [Float], through: [Float], taken: [Float]) -> Chart {
  func shares(_ values: [Float]) -> [Float] { values.map { $0 / (values.max() ?? 1) } }
  return Chart(
    title: "A wall, and a deaf ear", x: Axis("max", scale: .log),
    y: Axis("gradient, as a share of its largest"),
    marks: [
      .line(x: ends, y: shares(through), label: "what gets through to the layer before", color: .green),
      .line(x: ends, y: shares(taken), label: "what arrives at max", color: .purple),
    ])
}
