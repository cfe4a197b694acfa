import Charting
import Support

/// One chart of every kind, with data like that of the lessons; every property test draws all of them.
enum Gallery {
  static let charts: [(name: String, chart: Chart)] = [
    ("histogram", histogram), ("outlier", outlier), ("number-line", numberLine), ("staircase", staircase),
    ("sqnr", sqnr), ("accuracy", accuracy), ("confusion", confusion), ("kernels", kernels),
    ("graph", graph), ("residual", residual), ("digits", digits), ("energy", energy), ("grouped", grouped),
    ("channels", channels), ("losses", losses), ("wrapper", wrapper), ("few codes", fewCodes),
  ]

  static func normal(_ count: Int, seed: UInt64, standardDeviation: Float) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in generator.normal(standardDeviation: standardDeviation) }
  }

  static var histogram: Chart {
    let weights = normal(2000, seed: 3, standardDeviation: 0.18)
    let reach = weights.map { abs($0) }.max() ?? 1
    return Chart(
      title: "The weights over the int8 buckets", subtitle: "2,000 weights; scale = max|w| / 127",
      x: Axis("weight"), y: Axis("weights per code"),
      marks: [
        .histogram(weights, label: "weights", buckets: Buckets(scale: reach / 127, codes: -127...127)),
        .verticalLine(at: reach, label: "max|w| → 127"),
        .annotation("few weights out here", x: -0.5, y: 2),
      ])
  }

  static var outlier: Chart {
    let weights = normal(2000, seed: 4, standardDeviation: 0.18) + [4]
    return Chart(
      title: "One outlier eats the buckets", x: Axis("weight"), y: Axis("count", scale: .log),
      marks: [
        .histogram(weights, label: "weights", buckets: Buckets(scale: 4.0 / 127, codes: -127...127)),
        .annotation("outlier", x: 4, y: 1),
      ])
  }

  static var numberLine: Chart {
    let points = [-0.61, -0.375, -0.31, 0.04, 0.2, 0.56]
    let snapped = points.map { ($0 / 0.25).rounded(.toNearestOrEven) * 0.25 }
    return Chart(
      title: "Every weight moves to the nearest of seven levels", x: Axis("real value", domain: -0.85...0.85),
      marks: [
        .numberLine(
          levels: (-3...3).map { Double($0) * 0.25 }, codes: (-3...3).map(String.init), points: points,
          snapped: snapped, names: points.map { NumberFormat.significant(3).string($0) }),
        .numberLine(
          levels: (0...15).map { Double($0) * 0.1 - 0.7 }, label: "affine, 4 bits", color: .vermilion),
      ])
  }

  static var staircase: Chart {
    let edges = [-1.2, -0.625, -0.375, -0.125, 0.125, 0.375, 0.625, 1.2]
    let x = (0...240).map { -1.2 + 0.01 * Double($0) }
    let error = x.map { value -> Double in
      let code = (value / 0.25).rounded()
      return min(max(code, -3), 3) * 0.25 - value
    }
    return Chart(
      title: "Rounding makes a staircase; its error is a sawtooth", sharedX: true,
      panels: [
        Panel(
          x: Axis("x"), y: Axis("quantized x"),
          marks: [
            .region(x: 0.875...1.2, label: "clipped", color: .vermilion), .diagonalLine(label: "float"),
            .step(x: edges, y: (-3...3).map { 0.25 * Double($0) }, label: "3 bits"),
          ]),
        Panel(
          x: Axis("x"), y: Axis("error"),
          marks: [
            .horizontalLine(at: 0.125, label: "+Δ/2"), .horizontalLine(at: -0.125, label: "−Δ/2"),
            .line(x: x, y: error, color: .vermilion),
          ]),
      ])
  }

  static var sqnr: Chart {
    let bits = Array(2...12)
    return Chart(
      title: "Each bit is worth 6.02 dB", x: Axis("bits", domain: 1.5...12.5), y: Axis("SQNR", unit: "dB"),
      marks: [
        .diagonalLine(slope: 6.02, intercept: 1.76, label: "6.02 · bits + 1.76"),
        .scatter(x: bits, y: bits.map { 6.02 * Double($0) + 1.5 }, label: "uniform signal"),
        .scatter(
          x: bits, y: bits.map { 5.7 * Double($0) - 5 }, label: "weights", names: bits.map { "\($0)" }),
        .annotation("8 bits: 41 dB", x: 8, y: 40.6),
      ])
  }

  static var accuracy: Chart {
    let epochs = Array(0...12)
    func curve(_ top: Double) -> [Double] { epochs.map { top - 0.8 / (1 + Double($0)) } }
    return Chart(
      title: "Four bits need training", x: Axis("epoch"), y: Axis("test accuracy", format: .percent(0)),
      marks: [
        .band(x: epochs, low: curve(0.95), high: curve(0.97)),
        .line(x: epochs, y: curve(0.96), label: "float32", markers: true),
        .line(x: epochs, y: curve(0.94), label: "QAT, 4 bits", markers: true),
        .line(x: epochs, y: curve(0.85), label: "PTQ, 4 bits", markers: true),
        .horizontalLine(at: 0.1, label: "chance"),
      ])
  }

  static var confusion: Chart {
    var generator = SeededGenerator(seed: 5)
    let cells = (0..<10).map { row in
      (0..<10).map { $0 == row ? 900 + generator.below(90) : generator.below(40) }
    }
    let names = (0..<10).map(String.init)
    return Chart(
      title: "Which digits are confused", x: Axis("predicted digit"), y: Axis("true digit"),
      marks: [.heatMap(cells, rows: names, columns: names, numbers: .fixed(0), label: "images")])
  }

  static var kernels: Chart {
    let kernel: [[Float]] = [[0.12, -0.5, 0.31], [0, 0.9, -0.2], [-0.33, 0.25, 0.07]]
    return Chart(
      title: "A kernel and its codes", columns: 2,
      panels: [
        Panel(
          title: "float32", marks: [.heatMap(kernel, numbers: .fixed(2), palette: .diverging, label: "w")]),
        Panel(
          title: "int8",
          marks: [.heatMap(kernel.map { $0.map { ($0 * 141).rounded() } }, palette: .diverging, label: "q")]),
      ])
  }

  static var graph: Chart {
    Chart(
      title: "What is static can be quantized before inference",
      marks: [
        .graph(
          nodes: [
            .init("x", "image\n28×28×1", kind: .dynamicValue), .init("w", "kernel", kind: .staticValue),
            .init("fq", "fake quant", kind: .quantizer), .init("conv", "conv2D", kind: .operation),
            .init("b", "bias", kind: .staticValue), .init("relu", "ReLU", kind: .operation),
            .init("y", "activation", kind: .dynamicValue),
          ],
          edges: [
            .init("x", "conv"), .init("w", "fq", label: "float32"), .init("fq", "conv", label: "int8"),
            .init("b", "conv"), .init("conv", "relu"), .init("relu", "y"),
          ])
      ])
  }

  /// A layer in a wrapper in a model, as frames in frames, with static values in them.
  static var wrapper: Chart {
    Chart(
      title: "A layer that holds a layer",
      marks: [
        .graph(
          nodes: [
            .init("x", "inputs", kind: .dynamicValue), .init("ends", "min, max", kind: .staticValue),
            .init("clip", kind: .operation), .init("kernel", kind: .staticValue),
            .init("dense", kind: .layer), .init("y", "outputs", kind: .dynamicValue),
          ],
          edges: [
            .init("x", "clip"), .init("ends", "clip"), .init("clip", "dense"), .init("kernel", "dense"),
            .init("dense", "y"),
          ],
          groups: [
            .init("the layer inside", ["kernel", "dense"]),
            .init("ClipWrapper", ["ends", "clip", "kernel", "dense"]),
          ])
      ])
  }

  /// Few codes on narrow buckets, with some weights far outside, and the numbers that become them.
  static var fewCodes: Chart {
    let weights = normal(300, seed: 6, standardDeviation: 1.2) + [-9, 8]
    let levels = (-2...1).map(Double.init)
    return Chart(
      title: "Four codes", columns: 2, sharedX: true,
      panels: [
        Panel(
          x: Axis("weight"), y: Axis("weights"),
          marks: [
            .region(x: -9...(-2.5), label: "clipped", color: .lost),
            .histogram(weights, buckets: Buckets(scale: 1, codes: -2...1)),
          ]),
        Panel(x: Axis("weight"), marks: [.histogram(weights, buckets: Buckets(scale: 1, codes: -2...1))]),
        Panel(
          x: Axis("weight"),
          marks: [.numberLine(levels: levels, codes: ["-2", "-1", "0", "1"], points: [0.3], snapped: [0])]),
        Panel(x: Axis("weight"), y: Axis("weights", scale: .log), marks: [.histogram(weights)]),
      ])
  }

  static var residual: Chart {
    let names = ["input", "c1", "q1", "c2", "q2", "add", "relu", "dense", "output"]
    let nodes = names.map { GraphDiagram.Node($0, $0.hasPrefix("c") ? "Conv2D" : $0, kind: .layer) }
    let chain = zip(names, names.dropFirst()).map { GraphDiagram.Edge($0, $1) }
    return Chart(marks: [.graph(nodes: nodes, edges: chain + [.init("input", "add", dash: .dashed)])])
  }

  static var digits: Chart {
    let images = (0..<12).map { radius -> [Float] in
      (0..<784).map { pixel in
        let (x, y) = (Float(pixel % 28) - 14, Float(pixel / 28) - 14)
        return max(0, 1 - abs((x * x + y * y).squareRoot() - Float(radius)) / 2)
      }
    }
    return Chart(title: "Rings", marks: [.imageGrid(images, captions: (0..<12).map { "radius \($0)" })])
  }

  static var energy: Chart {
    Chart(
      title: "Moving a word costs more than multiplying it", subtitle: "Horowitz 2014, 45 nm",
      x: Axis("energy", unit: "pJ", scale: .log),
      marks: [
        .bars(
          ["int8 add", "float32 add", "int8 multiply", "float32 multiply", "SRAM read, 8 KB", "DRAM read"],
          [0.03, 0.9, 0.2, 3.7, 10, 640], direction: .horizontal, numbers: .significant(3))
      ])
  }

  static var grouped: Chart {
    Chart(
      title: "Accuracy by bit width", y: Axis("accuracy", domain: 0...1, format: .percent(0)),
      marks: [
        .bars(
          ["8 bits", "4 bits", "2 bits"],
          series: [.init([0.981, 0.979, 0.88], label: "QAT"), .init([0.98, 0.94, 0.11], label: "PTQ")],
          numbers: .percent(1))
      ])
  }

  static var channels: Chart {
    Chart(
      title: "Every channel has its own range", columns: 3, sharedX: true, sharedY: true,
      panels: (1...6).map { channel in
        let weights = normal(300, seed: UInt64(channel), standardDeviation: 0.06 * Float(channel))
        return Panel(
          title: "channel \(channel)", x: Axis("weight"), y: Axis("count"),
          marks: [.histogram(weights, bins: 24, range: -1...1)])
      })
  }

  static var losses: Chart {
    let steps = Array(0..<100)
    return Chart(
      title: "Without the straight-through estimator nothing moves", x: Axis("step"),
      y: Axis("loss", scale: .log),
      marks: [
        .line(x: steps, y: steps.map { _ in 0.8 }, label: "true gradient"),
        .line(x: steps, y: steps.map { 0.8 / Double(1 + $0) }, label: "straight-through"),
        .line(x: steps, y: steps.map { 0.9 / Double(1 + $0 * $0) }, label: "float"),
      ])
  }
}
