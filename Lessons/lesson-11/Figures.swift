import Charting
import QAT

/// Two layers of two weights, as trained and equalized, on the codes of 3 bits.
func writings(_ trained: [[Float]], _ equal: [[Float]], rounded: ([[Float]], [[Float]])) -> Chart {
  func panel(_ title: String, _ weights: [[Float]], _ rounded: [[Float]]) -> Panel {
    let lines = ["second", "first"].enumerated().map { index, label -> Mark in
      let layer = 1 - index
      let step = (weights[layer].map(abs).max() ?? 1) / 3
      let isOnePoint = abs(weights[layer][0] - weights[layer][1]) < 1e-4 * step
      let channels = isOnePoint ? [0] : [0, 1]
      return .numberLine(
        levels: (-3...3).map { Float($0) * step }, codes: (-3...3).map { "\($0)" },
        points: channels.map { weights[layer][$0] }, snapped: channels.map { rounded[layer][$0] },
        names: isOnePoint ? ["both"] : channels.map { "channel \($0 + 1)" }, label: label,
        color: layer == 0 ? .sky : .orange)
    }
    return Panel(title: title, x: Axis("weight"), marks: lines.reversed())
  }
  return Chart(
    title: "One function, written twice",
    panels: [panel("as trained", trained, rounded.0), panel("equalized", equal, rounded.1)])
}

/// The largest magnitude of each output channel of a layer's kernel, with the normalization behind it folded in.
func channelRanges(of name: String, in model: Model) throws -> [Float] {
  guard let kernel = try quantizeModel(model).operations.first(where: { $0.name == name })?.kernel
  else { return [] }
  let channels = kernel.shape[2] * kernel.shape[3]
  return (0..<channels).map { channel in
    stride(from: channel, to: kernel.count, by: channels).map { abs(kernel.values[$0]) }.max() ?? 0
  }
}

/// The ranges of a depthwise layer's channels, as trained and equalized, as shares of the largest.
func rangesChart(_ ranges: [[Float]]) -> Chart {
  let shares = ranges.map { own in own.map { Double($0 / (own.max() ?? 1)) } }
  return Chart(
    title: "The channels of a depthwise layer", x: Axis("channel"),
    y: Axis("share of the largest weight", domain: 0...1, format: .percent(0)),
    marks: [
      .bars(
        (1...shares[0].count).map { "\($0)" },
        series: [
          .init(shares[0], label: "as trained", color: .before),
          .init(shares[1], label: "equalized", color: .after),
        ])
    ])
}

/// h over V, and the price of each h for three β.
func regularizerChart() -> Chart {
  let v = (0...160).map { Float($0) / 20 - 4 }
  let up = AdaptiveRounding.up(Tensor(v, shape: [v.count])).values
  let inside = v.filter { abs($0) < 2.5 }
  func price(_ beta: Float) -> [Float] {
    inside.map { AdaptiveRounding.regularizer(Tensor($0), beta: beta).scalar }
  }
  let h = AdaptiveRounding.up(Tensor(inside, shape: [inside.count])).values
  let colors: [SeriesColor] = [.sky, .orange, .purple]
  return Chart(
    title: "Down, up, and the price of neither", columns: 2,
    panels: [
      Panel(
        title: "how far up", x: Axis("V"), y: Axis("h(V)"),
        marks: [.line(x: v, y: up, color: .black)]),
      Panel(
        title: "the regularizer", x: Axis("h"), y: Axis("price", domain: 0...1.05),
        marks: zip([20, 8, 2] as [Float], colors).map { beta, color in
          .line(x: h, y: price(beta), label: "β = \(Int(beta))", color: color)
        }),
    ])
}

/// Digits read by each tool at two widths, and in floats.
func toolsChart(_ names: [String], _ reads: [[Double]], bits: [Int], float: Double) -> Chart {
  func panel(_ title: String, _ names: [String], _ reads: [Double], _ color: SeriesColor) -> Panel {
    Panel(
      title: title, x: Axis("digits read", domain: 0...1, format: .percent(0)),
      marks: [.bars(names, reads, color: color, direction: .horizontal, numbers: .percent(1))])
  }
  let panels = bits.indices.map { panel("\(bits[$0]) bits", names, reads[$0], .seen) }
  return Chart(
    title: "What each tool brings",
    panels: panels + [panel("32 bits", ["floats"], [float], .floats)])
}

/// The mean of some numbers.
func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

/// Their standard deviation, with one less than their number; 0 for one.
func deviation(_ values: [Double]) -> Double {
  let center = mean(values)
  let squares = values.reduce(0) { $0 + ($1 - center) * ($1 - center) }
  return (squares / Double(max(values.count - 1, 1))).squareRoot()
}

/// A tool's numbers at each width.
func column(_ tool: Int, _ numbers: [[Double]]) -> [any CustomStringConvertible] {
  numbers.map { $0[tool] }
}
