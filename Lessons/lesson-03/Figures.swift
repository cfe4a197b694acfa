import Charting
import Tensors

/// A 3-bit staircase, its true slope, and the slope that the straight-through estimator takes for it.
func threeSlopes(of staircase: (Float) -> Float) -> Chart {
  let x = (-1600...1600).map { Float($0) / 1000 }
  let edges: [Float] = (-3..<3).map { (Float($0) + 0.5) / 3 }
  let input = Variable("x", Tensor(x, shape: [x.count]))
  let passed = input.value.fakeQuantized(min: -1, max: 1, bitWidth: 3, narrowRange: true).sum().gradients(
    of: [input])[0]
  return Chart(
    title: "Pretend the stairs are a ramp", sharedX: true,
    panels: [
      Panel(title: "forward", y: Axis("out"), marks: [.line(x: x, y: x.map(staircase), color: .seen)]),
      Panel(
        title: "true slope: 0, and infinite at the edges", y: Axis("slope", domain: -0.1...1.2),
        marks: [.line(x: [-1.6, 1.6] as [Float], y: [0, 0] as [Float], color: .orange)]
          + edges.map { .verticalLine(at: $0, color: .orange, dash: .dotted) }),
      Panel(
        title: "straight-through slope", x: Axis("x"), y: Axis("slope", domain: -0.1...1.2),
        marks: [.line(x: x, y: passed.values, color: .sky)]),
    ])
}

/// One weight on its way to 0.75, with the honest slope and straight through, over 120 steps.
func descents(stuck: [Float], learned: [Float], seen: [Float]) -> Chart {
  Chart(
    title: "Stuck, and learning", x: Axis("step"), y: Axis("weight"),
    marks: [
      .horizontalLine(at: 0.75, label: "target", color: .black),
      .line(x: 0..<120, y: stuck, label: "honest slope: float weight", color: .orange),
      .line(x: 0..<120, y: learned, label: "straight through: float weight", color: .floats),
      .step(x: 0..<120, y: seen, label: "straight through: what the network sees", color: .seen),
    ])
}

/// The range of a moving average, batch by batch: as TFMOT starts it, and debiased.
func averagedRanges(_ largest: [Float], _ plain: [(min: Float, max: Float)], _ debiased: [Float]) -> Chart {
  let every = Array(stride(from: 0, to: largest.count, by: 15))
  let batches = 0...largest.count
  return Chart(
    title: "A slow average remembers where it began", x: Axis("batch"), y: Axis("range"),
    marks: [
      .band(
        x: batches, low: plain.map(\.min), high: plain.map(\.max), label: "range started at ±6",
        color: .orange
      ), .line(x: batches, y: plain.map(\.max), color: .orange, dash: .solid),
      .line(x: batches, y: plain.map(\.min), color: .orange, dash: .solid),
      .scatter(x: every, y: every.map { largest[$0] }, label: "largest of every 15th batch", color: .gray),
      .line(x: 1...largest.count, y: debiased, label: "debiased: its upper end", color: .sky, dash: .solid),
    ])
}

/// The loss of every range up to `farthest`, and the path of the learned step on this curve.
func learnedRange(
  _ path: [(scale: Float, loss: Float)], farthest: Float, lossOfScale: (Float) -> Float
) -> Chart {
  let ranges = (10...100).map { Float($0) / 100 * farthest }
  let walk = stride(from: 0, to: path.count, by: 10).map { path[$0] }
  return Chart(
    title: "A range that finds its own place", x: Axis("range, 7 · scale"),
    y: Axis("mean square error", scale: .log),
    marks: [
      .line(x: ranges, y: ranges.map { lossOfScale($0 / 7) }, label: "every range, tried", color: .black),
      .scatter(x: walk.map { 7 * $0.scale }, y: walk.map(\.loss), label: "the learned step", color: .sky),
    ])
}

/// A target curve and networks for each number of bits: rounded after training, trained through the rounding and, at
/// the last number of bits, trained with learned steps.
func regressions(
  _ bits: [Int], x: [Float], target: [Float], rounded: [[Float]], trained: [[Float]], learnedSteps: [Float]
) -> Chart {
  func panel(_ index: Int) -> Panel {
    let (isFirst, isLast) = (index == 0, index == bits.count - 1)
    var marks: [Mark] = [
      .line(x: x, y: target, label: isFirst ? "target" : nil, color: .sky, dash: .solid),
      .line(
        x: x, y: rounded[index], label: isFirst ? "rounded after training" : nil, color: .before,
        dash: .dashed),
      .line(
        x: x, y: trained[index], label: isFirst ? "trained through it" : nil, color: .after, dash: .dotted),
    ]
    if isLast {
      marks.append(
        .line(x: x, y: learnedSteps, label: "trained, learned steps", color: .orange, dash: .dashed))
    }
    return Panel(title: "\(bits[index]) bits", x: Axis("x"), y: Axis("y"), marks: marks)
  }
  return Chart(
    title: "Round after training, or train through the rounding", columns: 2, sharedX: true, sharedY: true,
    panels: bits.indices.map(panel))
}

/// The float weights of a kernel with arrows to their 3-bit levels, and how many stand on each level.
func alignment(_ weights: [Float], seen: [Float]) -> Chart {
  let step = (weights.map(abs).max() ?? 1) / 3
  let levels = (-3...3).map { Float($0) * step }
  let axis = Axis("weight", domain: Double(-3.7 * step)...Double(3.7 * step))
  return Chart(
    title: "What learns, and what multiplies",
    panels: [
      Panel(
        title: "the floats that learn", x: axis,
        marks: [
          .numberLine(
            levels: levels, codes: (-3...3).map { "\($0)" }, points: weights,
            snapped: seen, color: .floats)
        ]),
      Panel(
        title: "the weights that multiply", x: axis, y: Axis("number of weights"),
        marks: [.histogram(seen, color: .seen, buckets: Buckets(scale: step, codes: -3...3))]),
    ])
}
