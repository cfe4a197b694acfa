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
          .init(before, label: "before folding, a scale each", color: .gray),
          .init(foldedApiece, label: "folded, a scale each", color: .blue),
          .init(foldedShared, label: "folded, one scale", color: .orange),
        ])
    ])
}

/// Histograms of values before a ReLU and after it, each over the sixteen buckets of its own 4-bit grid.
func bucketsAroundReLU(_ arriving: Tensor) -> Chart {
  Chart(
    title: "Rounded after the ReLU, every code serves", sharedX: true,
    panels: [
      bucketPanel("rounded before the ReLU", arriving, deletes: true),
      bucketPanel("rounded after it", arriving.relu(), deletes: false),
    ])
}

/// A histogram over the buckets of a 4-bit grid; `deletes` marks the codes below zero.
func bucketPanel(_ title: String, _ x: Tensor, deletes: Bool) -> Panel {
  let quantizer = AllValuesQuantizer(QuantizerFormat(bitWidth: 4))
  quantizer.observe(x)
  let grid = (try? quantizer.affineQuantizers(signed: false))?.first
  let buckets = Buckets(scale: grid?.scale ?? 1, zeroPoint: Int(grid?.zeroPoint ?? 0), codes: 0...15)
  var marks: [Mark] = [.histogram(x.values.filter { $0 != 0 }, color: .blue, buckets: buckets)]
  if deletes {
    marks.append(.region(x: buckets.edges[0]...0, label: "deleted by the ReLU", color: .vermilion))
  }
  return Panel(title: title, x: Axis("what arrives"), y: Axis("numbers", scale: .log), marks: marks)
}

/// The graphs of a block as written, folded, and folded and fused.
func blockGraphs(_ blocks: [Model]) -> Chart {
  let titles = ["as written", "normalization folded", "ReLU fused too"]
  return Chart(
    title: "Two transforms, two roundings less", columns: 3,
    panels: zip(titles, blocks).map { .graph(of: $1, title: $0, detail: .outputs, legend: .hidden) })
}

/// The losses of each form while training, and how many digits it reads as trained and as run.
func formsCompared(_ forms: [String], losses: [[[Float]]], read: [Double], readRunning: [Double]) -> Chart {
  Chart(
    title: "The lowest loss belongs to a network that nobody runs", columns: 1,
    panels: [
      Panel(
        title: "while training", x: Axis("step"), y: Axis("loss, mean of 10 steps"),
        marks: lossCurves(forms, losses)),
      Panel(
        title: "afterwards", x: Axis("digits read", format: .percent(0)),
        marks: [
          .bars(
            forms,
            series: [
              .init(read, label: "as it was trained", color: .gray),
              .init(readRunning, label: "as it will run", color: .blue),
            ], direction: .horizontal, numbers: .percent(0))
        ]),
    ])
}

/// A curve for each form: the mean of its runs' losses, averaged over 10 steps.
func lossCurves(_ forms: [String], _ losses: [[[Float]]]) -> [Mark] {
  let colors: [SeriesColor] = [.blue, .green, .purple, .black, .vermilion]
  let dashes: [Dash] = [.solid, .dashed, .dotted, .dotted, .solid]
  let curves = losses.map { runs in
    (0..<runs[0].count - 9).map { first in
      runs.map { $0[first..<first + 10].reduce(0, +) / 10 }.reduce(0, +) / Float(runs.count)
    }
  }
  return forms.indices.map {
    .line(
      x: 10...curves[$0].count + 9, y: curves[$0], label: forms[$0], color: colors[$0], dash: dashes[$0])
  }
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
