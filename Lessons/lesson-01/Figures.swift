import Charting
import FixedPoint
import Support

/// The weights of one digit as pictures: in float32, rounded to 8 bits, and to 2.
func weightPictures(_ weights: [Float], of digit: Int, largest: Float) -> Chart {
  let bits = [("float32", nil), ("8 bits", 8), ("2 bits", 2)] as [(String, Int?)]
  return Chart(
    title: "One digit's weights, in fewer and fewer bits", columns: 3, size: Size(width: 720, height: 310),
    panels: bits.map { name, bits in
      let steps = bits.map { Float(1 << ($0 - 1)) - 1 } ?? 1e7
      let drawn = weights.map { ($0 / largest * steps).rounded() / steps * largest }
      return Panel(
        title: name,
        marks: [
          .heatMap(
            picture(drawn, of: digit), palette: .diverging, domain: Double(-largest)...Double(largest))
        ])
    })
}

/// The weights that look for a digit, as 28 rows of 28.
func picture(_ weights: [Float], of digit: Int) -> [[Float]] {
  (0..<28).map { row in
    (0..<28).map { column in weights[(row * 28 + column) * 10 + digit] }
  }
}

/// The network as a graph, with its static and its dynamic values.
func networkGraph() -> Chart {
  Chart(
    title: "Static and dynamic numbers meet in two places",
    marks: [
      .graph(
        nodes: [
          .init("pixels", "784 pixels", kind: .dynamicValue),
          .init("kernel", "kernel\n784 × 10", kind: .staticValue),
          .init("matmul", "matrix product", kind: .operation), .init("bias", "bias\n10", kind: .staticValue),
          .init("add", "add", kind: .operation), .init("scores", "10 scores", kind: .dynamicValue),
        ],
        edges: [
          .init("pixels", "matmul"), .init("kernel", "matmul"), .init("matmul", "add"), .init("bias", "add"),
          .init("add", "scores"),
        ])
    ])
}

/// Bars of the energy for one number, in picojoules: to multiply it, to add it, to fetch it.
func energyBars(float32: [Double], int8: [Double]) -> Chart {
  Chart(
    title: "What one number costs",
    subtitle:
      "45 nm; after Horowitz, ISSCC 2014; memory: the lowest of his values for 8 bytes, in proportion",
    x: Axis("energy", unit: "pJ", scale: .log), y: Axis(),
    marks: [
      .bars(
        ["multiply", "add (int8: in 32 bits)", "fetch from main memory"],
        series: [.init(float32, label: "float32", color: .floats), .init(int8, label: "int8", color: .seen)],
        direction: .horizontal,
        numbers: .significant(3))
    ])
}

/// A number line of codes −3 to 3, with an arrow from each number to its level.
func snapping(_ numbers: [Float], step: Float) -> Chart {
  Chart(
    title: "Every number moves to the nearest level", x: Axis("x"),
    marks: [
      .numberLine(
        levels: (-3...3).map { Float($0) * step }, codes: (-3...3).map { "\($0)" }, points: numbers,
        snapped: numbers.map { ($0 / step).rounded() * step }, color: .floats)
    ])
}

/// Where 1 goes on two grids of four codes from −1 up.
func fences(byLevels: Float, bySteps: Float) -> Chart {
  func line(_ title: String, step: Float) -> Panel {
    let levels = (0..<4).map { -1 + Float($0) * step }
    return Panel(
      title: title, x: Axis("x", domain: -1.2...1.2),
      marks: [
        .numberLine(
          levels: levels, codes: (0..<4).map { "\($0)" }, points: [1] as [Float], snapped: [levels[3]],
          names: ["1"], color: .floats)
      ])
  }
  return Chart(
    title: "Where does 1 go?",
    panels: [line("scale = 2 / 4", step: byLevels), line("scale = 2 / 3", step: bySteps)])
}

/// What comes back from codes −3 to 3, for all numbers from −1.6 to 1.6.
func staircase(step: Float) -> Chart {
  let x = (-1600...1600).map { Float($0) / 1000 }
  return Chart(
    title: "The staircase", x: Axis("x"), y: Axis("what comes back"),
    marks: [
      .region(x: -1.6...(-1), label: "clipped", color: .lost), .region(x: 1...1.6, color: .lost),
      .diagonalLine(label: "float32", color: .floats),
      .line(x: x, y: x.map { min(max(($0 / step).rounded(), -3), 3) * step }, label: "3 bits", color: .seen),
    ])
}

/// The levels of a range of eight codes, as asked for and nudged.
func nudging(_ nudged: NudgedRange) -> Chart {
  func line(_ title: String, lowest: Float) -> Panel {
    let levels = (0..<8).map { lowest + Float($0) * nudged.scale }
    return Panel(
      title: title, x: Axis("x", domain: -1.3...1.3),
      marks: [
        .numberLine(
          levels: levels, codes: (0..<8).map { "\($0)" }, points: [0], snapped: [levels[3]],
          names: ["0"], color: .floats)
      ])
  }
  return Chart(
    title: "A third of a step, so that 0 is exact",
    panels: [line("asked for", lowest: nudged.low), line("nudged", lowest: nudged.lowest)])
}

/// The weights over the 255 buckets of a grid.
func weightHistogram(_ weights: [Float], _ grid: AffineQuantizer) -> Chart {
  Chart(
    title: "\(NumberFormat.grouped.string(Double(weights.count))) weights, 255 buckets",
    panels: [bucketPanel(weights, grid)])
}

/// The weights over the buckets of their grids, without an outlier and with one.
func outlierHistograms(
  without: (weights: [Float], grid: AffineQuantizer), with: (weights: [Float], grid: AffineQuantizer)
) -> Chart {
  Chart(
    title: "An outlier eats the buckets",
    panels: [
      bucketPanel(without.weights, without.grid, title: "without"),
      bucketPanel(with.weights, with.grid, title: "with one outlier"),
    ])
}

/// A histogram of weights over the buckets of a grid; its counts are on a logarithmic axis.
func bucketPanel(_ weights: [Float], _ grid: AffineQuantizer, title: String? = nil) -> Panel {
  Panel(
    title: title, x: Axis("weight"), y: Axis("weights", scale: .log),
    marks: [
      .histogram(weights, color: .floats, buckets: Buckets(scale: grid.scale, codes: -127...127))
    ])
}
