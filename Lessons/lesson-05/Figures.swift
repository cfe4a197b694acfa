import Charting
import QAT
import Support

/// A ClipWrapper as a graph: a frame that holds the clip and the layer inside, each with its weights.
func wrapperDiagram() -> Chart {
  Chart(
    title: "A layer that holds a layer",
    marks: [
      .graph(
        nodes: [
          .init("inputs", kind: .dynamicValue), .init("clip", "clip to\nmin … max", kind: .operation),
          .init("dense", "dense:\nkernel, bias", kind: .layer), .init("outputs", kind: .dynamicValue),
        ],
        edges: [.init("inputs", "clip"), .init("clip", "dense"), .init("dense", "outputs")],
        groups: [.init("ClipWrapper", ["clip", "dense"])])
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
        marks: [.line(x: points, y: clipped, color: .after)]), slope(of: "x", at: 0, .sky),
      slope(of: "min", at: 1, .orange), slope(of: "max", at: 2, .black),
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
        .region(x: -6...0, label: "inside the range, and never used", color: .orange),
        .histogram(values.values.filter { $0 > 0 }, bins: 96, range: -6...top, color: color),
        .verticalLine(at: end, label: "max", color: .black),
      ])
  }
  return Chart(
    title: "What reaches the layer", sharedX: true,
    panels: [
      panel("before the clip", before, Axis(domain: -6...top), .before, .automatic),
      panel("after the clip", after, Axis("activation", domain: -6...top), .after, .hidden),
    ])
}

/// The paths of max in two trainings without penalty and two with it.
func pathsOfMax(without: [[Float]], with: [[Float]]) -> Chart {
  let steps = Array(0..<without[0].count)
  return Chart(
    title: "The penalty draws the paths together", x: Axis("step"), y: Axis("max"),
    marks: [
      .line(x: steps, y: without[0], label: "without penalty", color: .orange, dash: .dashed),
      .line(x: steps, y: without[1], color: .orange, dash: .dashed),
      .line(x: steps, y: with[0], label: "with penalty", color: .sky, dash: .solid),
      .line(x: steps, y: with[1], color: .sky, dash: .solid),
    ])
}

/// ClipWrapper and QuantizeWrapper as graphs, one above the other.
func twoWrappers() -> Chart {
  Chart(
    title: "One idea, twice",
    panels: [
      Panel(
        marks: [
          wrapperGraph(
            "ClipWrapper", .init("front", "clip to\nmin … max", kind: .operation), [],
            [.init("kernel", "dense")])
        ]),
      Panel(
        legend: .hidden,
        marks: [
          wrapperGraph(
            "QuantizeWrapper", .init("front", "fake-quant to\nmin … max", kind: .quantizer),
            [.init("rounded", "fake-quant", kind: .quantizer)],
            [.init("kernel", "rounded"), .init("rounded", "dense")])
        ]),
    ])
}

/// A wrapper as a graph: `front` stands before the layer, and `between` the layer and its kernel.
func wrapperGraph(
  _ title: String, _ front: GraphDiagram.Node, _ between: [GraphDiagram.Node], _ edges: [GraphDiagram.Edge]
) -> Mark {
  .graph(
    nodes: [.init("inputs", kind: .dynamicValue), front, .init("kernel", kind: .staticValue)] + between
      + [.init("dense", kind: .layer), .init("outputs", kind: .dynamicValue)],
    edges: [.init("inputs", "front"), .init("front", "dense"), .init("dense", "outputs")] + edges,
    groups: [.init(title, ["front", "kernel", "dense"] + between.map(\.id))])
}

/// Digits read by each network, before and after training, for each way to choose max.
func dotsOfWays(_ names: [String], before: [[Float]], after: [[Float]], floats: Float) -> Chart {
  func dots(_ values: [[Float]], _ label: String, _ color: SeriesColor, at shift: Double) -> Mark {
    var x: [Double] = []
    for (way, networks) in values.enumerated() {
      let middle = Double(networks.count - 1) / 2
      x += networks.indices.map { Double(way) + shift + 0.04 * (Double($0) - middle) }
    }
    return .scatter(x: x, y: values.flatMap { $0 }, label: label, color: color)
  }
  let ticks = names.enumerated().map { Tick(at: $0.offset, $0.element) }
  return Chart(
    title: "Two bits, and four ways to choose max",
    x: Axis(domain: -0.5...Double(names.count) - 0.5, ticks: ticks),
    y: Axis("digits read", format: .percent(0)),
    marks: [
      .horizontalLine(at: floats, label: "floats", color: .floats),
      dots(before, "before training through the rounding", .before, at: -0.15),
      dots(after, "after it", .after, at: 0.15),
    ])
}

/// Seven digits as they are, and in two bits from 0 to each of the maxima.
func digitsSeen(_ digits: LabeledImages, maxima: [Float]) -> Chart {
  let images = (0..<7).map { digits.bytes(of: $0).map { Float($0) / 255 } }
  let seen = maxima.flatMap { max in
    images.map { pixels in
      Tensor(pixels, shape: [pixels.count])
        .fakeQuantized(min: Tensor(0), max: Tensor(max), bitWidth: 2).values
    }
  }
  let rows = ["as they are"] + maxima.map { "2 bits up to \(NumberFormat.significant(2).string(Double($0)))" }
  return Chart(
    title: "Digits through two bits",
    marks: [
      .imageGrid(images + seen, captions: rows.flatMap { [$0] + Array(repeating: "", count: 6) }, columns: 7)
    ])
}

/// Two gradients over max, each as a share of its largest.
func gradientsOverMax(_ ends: [Float], through: [Float], taken: [Float]) -> Chart {
  func shares(_ values: [Float]) -> [Float] { values.map { $0 / (values.max() ?? 1) } }
  return Chart(
    title: "Too narrow, too wide", x: Axis("max", scale: .log),
    y: Axis("gradient, as a share of its largest"),
    marks: [
      .line(x: ends, y: shares(through), label: "what gets through to the layer before", color: .sky),
      .line(x: ends, y: shares(taken), label: "what arrives at max", color: .orange),
    ])
}
