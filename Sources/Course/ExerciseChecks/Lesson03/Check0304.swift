import Charting
import ExerciseKit

/// Checks an answer to exercise 03.4.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0304).Type) throws -> [Finding] {
  try Examination<Question0304, [Float]>(
    exercise: .training, questions: questions,
    wording: {
      "trained(weights: \(brief($0.weights)), inputs: [\($0.inputs.map(brief).joined(separator: ", "))], "
        + "targets: \(brief($0.targets)), bits: \($0.bits), rate: \(brief($0.rate)), steps: \($0.steps))"
    },
    right: { trained($0) },
    // Weights of a common size: what a few roundings make is far below a thousandth.
    same: { given, right in
      given.count == right.count
        && zip(given, right).allSatisfy {
          isClose($0, $1) || ($0 - $1).magnitude < 1e-3 * max(1, $1.magnitude)
        }
    },
    written: brief, misconceptions: aboutRounding() + aboutDescent(),
    otherwise: {
      "The first step computes with the rounded weights \(brief(rounded($0.weights, $0.bits))), and after it the float "
        + "weights are \(brief(trained(($0.weights, $0.inputs, $0.targets, $0.bits, $0.rate, 1))))."
    }
  ).findings {
    try answer.trained(
      weights: $0.weights, inputs: $0.inputs, targets: $0.targets, bits: $0.bits, rate: $0.rate,
      steps: $0.steps)
  } figure: {
    try curves($0)
  }
}

private typealias Question0304 = (
  weights: [Float], inputs: [[Float]], targets: [Float], bits: Int, rate: Float, steps: Int
)

// In no step is a weight near a tie, where the last bit of a float would decide.
private let questions: [Question0304] = [
  ([0.75, -1], [[1, 1]], [1], 2, 0.125, 1),
  ([0.75, -1], [[1, 2], [2, -1]], [0.5, 1.75], 2, 0.0625, 3),
  ([0.9, -0.35, 0.2], [[1, 0, 2], [0, 1, -1], [2, 1, 0]], [1, 0.5, -0.25], 3, 0.05, 8),
  ([0.3, 0.8], [[1, 0.5], [-0.5, 1], [0.25, -1], [1, 1]], [0.7, 0.1, -0.2, 0.9], 4, 0.1, 20),
]

/// How to train: right as it is, and wrong with the change that a misconception makes.
private struct Variant {
  var roundsForward = true
  var keepsRounded = false
  var returnsRounded = false
  var scaleIsOfTheStart = false
  var stepsAtEachExample = false
  var factor: (Int) -> Float = { 2 / Float($0) }
  var lastCode: (Int) -> Int = { (1 << ($0 - 1)) - 1 }
}

private func rounded(_ weights: [Float], _ bits: Int, by scale: Float? = nil, _ variant: Variant = Variant())
  -> [Float]
{
  let step = scale ?? (weights.map(\.magnitude).max() ?? 1) / Float(variant.lastCode(bits))
  return weights.map { ($0 / step).rounded(.toNearestOrEven) * step }
}

private func trained(_ question: Question0304, _ variant: Variant = Variant()) -> [Float] {
  var weights = question.weights
  let largest = question.weights.map(\.magnitude).max() ?? 1
  let scale = variant.scaleIsOfTheStart ? largest / Float(variant.lastCode(question.bits)) : nil
  let examples = Array(zip(question.inputs, question.targets))
  let batches = variant.stepsAtEachExample ? examples.map { [$0] } : [examples]
  for _ in 0..<question.steps {
    for batch in batches {
      let seen = variant.roundsForward ? rounded(weights, question.bits, by: scale, variant) : weights
      var gradient = [Float](repeating: 0, count: weights.count)
      for (inputs, target) in batch {
        let error = zip(inputs, seen).reduce(-target) { $0 + $1.0 * $1.1 }
        for index in gradient.indices {
          gradient[index] += variant.factor(batch.count) * error * inputs[index]
        }
      }
      let start = variant.keepsRounded ? seen : weights
      weights = zip(start, gradient).map { $0 - question.rate * $1 }
    }
  }
  return variant.returnsRounded ? rounded(weights, question.bits) : weights
}

private func aboutRounding() -> [Misconception<Question0304, [Float]>] {
  [
    Misconception("trained-in-float") {
      trained($0, Variant(roundsForward: false))
    } because: { _ in
      "That is plain training: the outputs were computed with the float weights. The loss has to see the rounded ones, "
        + "else the weights learn nothing about rounding."
    },
    Misconception("rounded-weights-kept") {
      trained($0, Variant(keepsRounded: true))
    } because: { _ in
      "You stepped from the rounded weights and forgot the float ones. Small steps are then lost at the next rounding; "
        + "the float weights are what collects them."
    },
    Misconception("rounded-weights-returned") {
      trained($0, Variant(returnsRounded: true))
    } because: { _ in
      "Those are the rounded weights of the end. Asked for are the float weights that training goes on from."
    },
    Misconception("scale-of-the-start", section: "lesson 3, \"Where does the range come from?\"") {
      trained($0, Variant(scaleIsOfTheStart: true))
    } because: { _ in
      "You kept the scale of the first step. The weights have moved, and their largest magnitude with them."
    },
    Misconception("levels-for-steps", section: Exercise.scale.section) {
      trained($0, Variant(lastCode: { 1 << ($0 - 1) }))
    } because: {
      "You divided the largest magnitude by \(1 << ($0.bits - 1)). The last code is \((1 << ($0.bits - 1)) - 1)."
    },
  ]
}

private func aboutDescent() -> [Misconception<Question0304, [Float]>] {
  [
    Misconception("not-averaged") {
      trained($0, Variant(factor: { _ in 2 }))
    } because: {
      "You added the gradients of the \($0.inputs.count) examples up. The loss is their mean, so its gradient is too."
    },
    Misconception("factor-two-forgotten") {
      trained($0, Variant(factor: { 1 / Float($0) }))
    } because: { _ in
      "Your steps are half as long as they should be. The slope of a square, e², is 2 · e."
    },
    Misconception("uphill") {
      trained($0, Variant(factor: { -2 / Float($0) }))
    } because: { _ in
      "You went up the slope. The gradient says where the loss grows; step the other way."
    },
    Misconception("one-example-at-a-time") {
      trained($0, Variant(stepsAtEachExample: true))
    } because: { _ in
      "You stepped after each example. Here one step looks at all of them."
    },
  ]
}

/// The loss over the steps: of the student's weights and of the right ones.
private func curves(_ answer: (Question0304) throws -> [Float]) throws -> Chart {
  let question = questions[3]
  func loss(_ weights: [Float]) -> Float {
    let seen = rounded(weights, question.bits)
    return zip(question.inputs, question.targets).reduce(0) { sum, example in
      let error = zip(example.0, seen).reduce(-example.1) { $0 + $1.0 * $1.1 }
      return sum + error * error / Float(question.targets.count)
    }
  }
  let counts = Array(1...20)
  let right = counts.map { steps -> Float in
    loss(trained((question.weights, question.inputs, question.targets, question.bits, question.rate, steps)))
  }
  let given = try counts.map { steps in
    let weights = try answer(
      (question.weights, question.inputs, question.targets, question.bits, question.rate, steps))
    return weights.count == question.weights.count ? loss(weights) : .nan
  }
  return Chart(
    title: "The loss of your weights, rounded, and of those asked for", x: Axis("steps"), y: Axis("loss"),
    marks: [
      .line(x: counts, y: right, label: "asked for", color: .gray),
      .line(x: counts, y: given, label: "yours", color: .vermilion, dash: .dashed),
    ])
}
