import Charting
import Foundation
import QAT

/// The mean of some numbers.
func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }

// MARK: - The course in one picture

/// A number's round trip, a layer as it runs, and the way to a device; each lesson is named by its number.
func ideas(_ grid: AffineQuantizer) -> Chart {
  Chart(
    title: "The course: a number in parentheses is a lesson",
    panels: [roundTrip(grid), layerAsItRuns(), wayToADevice()])
}

/// The staircase of a grid, with what the lessons found in it.
func roundTrip(_ grid: AffineQuantizer) -> Panel {
  let x = (0...1700).map { Float($0) / 500 - 1.7 }
  let y = x.map { grid.dequantize(grid.quantize($0)) }
  let ends = (low: Double(y[0]), high: Double(y[y.count - 1]))
  return Panel(
    title: "A number goes through a grid", x: Axis("real number", domain: -1.7...1.7),
    y: Axis("what comes back", domain: -1.3...1.3),
    marks: [
      .region(x: -1.7...ends.low, label: "clipped", color: .lost), .region(x: ends.high...1.7, color: .lost),
      .line(x: [-1.7, 1.7], y: [-1.7, 1.7], label: "floats", color: .floats, dash: .dashed),
      .line(x: x, y: y, label: "what the network sees", color: .seen, dash: .solid),
      .annotation("a step is the scale;\n0 stays 0 (1)", x: 0.05, y: 0),
      .annotation("rounding loses\nhalf a step at most (2)", x: 0.5, y: 0.57),
      .annotation("clipping has\nno bound (2)", x: -1.3, y: -1.05),
      .annotation("on the way back:\nthe slope of the\ndashed line (3)", x: -0.3, y: -0.25),
      .annotation("on the way\nback: slope 0 (3)", x: 1.42, y: ends.high),
      .verticalLine(at: ends.high),
      .annotation("the end can\nbe learned (3, 5)", x: ends.high, y: -0.8),
    ])
}

/// A convolution as integers compute it.
func layerAsItRuns() -> Panel {
  Panel(
    title: "A layer, as it runs",
    marks: [
      .graph(
        nodes: [
          .init("in", "codes", kind: .dynamicValue),
          .init(
            "weights", "weights, made when\nthe layer is built (4);\na normalization folded in (6)",
            kind: .staticValue),
          .init("codes", "codes, with a scale\nfor each channel (2)", kind: .quantizer),
          .init("sum", "products, added\nin 32 bits (1, 7)", kind: .operation),
          .init("multiply", "× M by\ninteger and shift (7)", kind: .operation),
          .init("clip", "ReLU is\na clip (5, 6)", kind: .operation),
          .init("out", "codes", kind: .dynamicValue),
        ],
        edges: [
          .init("in", "sum"), .init("weights", "codes"), .init("codes", "sum"), .init("sum", "multiply"),
          .init("multiply", "clip"), .init("clip", "out"),
        ])
    ])
}

/// What is done with a whole network, one step after the other.
func wayToADevice() -> Panel {
  let steps = [
    "bits for\neach layer\n(8)", "mended\nwithout\nlabels\n(11)",
    "trained\nthrough its\nrounding\n(3, 7)", "in a file\n(10)", "run by the\nruntime's\nown rules\n(9)",
  ]
  return Panel(
    title: "A network, on its way to a device", legend: .hidden,
    marks: [
      .graph(
        nodes: steps.map { .init($0, kind: .operation) },
        edges: zip(steps, steps.dropFirst()).map { .init($0, $1) })
    ])
}

// MARK: - How few bits

/// Digits misread over bits: the large network rounded and trained, the small one trained, with the span of the seeds.
func misreadOverBits(_ large: [Outcome], _ small: [Outcome], bits: [Int], sizes: [Int]) -> Chart {
  let x = Array(1...bits.count)
  func marks(
    _ runs: [Outcome], _ reads: (Outcome) -> [Double], label: String, color: SeriesColor
  ) -> [Mark] {
    let misread = bits.indices.map { index in runs.map { max(1 - reads($0)[index], 0.001) } }
    return [
      .band(x: x, low: misread.map { $0.min() ?? 0 }, high: misread.map { $0.max() ?? 0 }, color: color),
      .line(x: x, y: misread.map(mean), label: label, color: color, markers: true),
    ]
  }
  let floats = max(1 - mean(large.map(\.longer)), 0.001)
  let (most, least) = (sizes[sizes.count - 1], sizes[0])
  return Chart(
    title: "Few bits take many numbers",
    x: Axis(
      "bits of every weight and hidden activation", domain: 0.8...Double(bits.count) + 0.2,
      ticks: zip(x, bits).map { Tick(at: $0, "\($1)") }),
    y: Axis("digits misread", scale: .log, format: .percent(0)),
    marks: [.horizontalLine(at: floats, label: "\(most) filters in floats, trained as long", color: .floats)]
      + marks(large, \.rounded, label: "\(most) filters, rounded", color: .before)
      + marks(large, \.trained, label: "\(most) filters, trained", color: .after)
      + marks(small, \.trained, label: "\(least) filters, trained", color: .orange))
}

/// Digits misread over kilobytes: a line for each number of bits, a point for each size of the network.
func misreadOverBytes(_ runs: [[Outcome]], bits: [Int]) -> Chart {
  let looks: [(color: SeriesColor, dash: Dash)] = [
    (.sky, .solid), (.black, .dashed), (.orange, .solid), (.sky, .dashed),
  ]
  return Chart(
    title: "What a byte buys", x: Axis("kilobytes of weights, scales and biases", scale: .log),
    y: Axis("digits misread", scale: .log, format: .percent(0)),
    marks: bits.indices.map { index in
      .line(
        x: runs.map { kilobytes($0, index) },
        y: runs.map { size in max(1 - mean(size.map { $0.trained[index] }), 0.001) },
        label: "\(bits[index]) bits", color: looks[index].color, dash: looks[index].dash, markers: true)
    })
}

/// The size of a network as integers, at the number of bits with this index.
func kilobytes(_ runs: [Outcome], _ index: Int) -> Double { mean(runs.map { $0.kilobytes[index] }) }

/// The share of misread digits at a size, on the straight lines of `misreadOverBytes`.
func misreadOnLine(_ runs: [[Outcome]], _ index: Int, kilobytes size: Double) -> Double {
  let points = runs.map { run in
    (x: log(kilobytes(run, index)), y: log(max(1 - mean(run.map { $0.trained[index] }), 0.001)))
  }
  let upper = points.indices.dropFirst().first { points[$0].x >= log(size) } ?? points.count - 1
  let (a, b) = (points[upper - 1], points[upper])
  return exp(a.y + (b.y - a.y) * (log(size) - a.x) / (b.x - a.x))
}
