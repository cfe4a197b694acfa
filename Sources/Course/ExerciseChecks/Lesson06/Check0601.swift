import Charting
import ExerciseKit

/// Checks an answer to exercise 06.1.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0601).Type) throws -> [Finding] {
  try Examination<Question0601, [Float]>(
    exercise: .batchNormFolding,
    questions: [
      ([2, -1], 1, 3, 5, 2, 3.75, 0.25), ([0.5], 0, 2, 0, -1, 8, 1),
      ([1, 2, 3, -4], -2, -1.5, 0.5, 3, 2, 0.25),
      ([1], 0, 1, 0, 0, 0, 0.25), ([3, -1], 2, 0.5, -1, -3, 0.75, 0.25), ([-2], 1.5, -4, 3, 0.5, 6.25, 0.01),
    ],
    wording: {
      "folded(kernel: \(brief($0.kernel)), bias: \(brief($0.bias)), gamma: \(brief($0.gamma)), "
        + "beta: \(brief($0.beta)), mean: \(brief($0.mean)), variance: \(brief($0.variance)), "
        + "epsilon: \(brief($0.epsilon)))"
    },
    right: { result($0) }, same: areClose,
    written: { "kernel \(brief($0.dropLast())), bias \(brief($0.last))" },
    misconceptions: aboutTheFactor() + aboutTheBias(),
    otherwise: {
      "σ is \(brief(($0.variance + $0.epsilon).squareRoot())), so the factor is \(brief(factor($0))). For zeros "
        + "the convolution gives \(brief($0.bias)), and less the mean that is \(brief($0.bias - $0.mean))."
    }
  ).findings {
    let given = try answer.folded(
      kernel: $0.kernel, bias: $0.bias, gamma: $0.gamma, beta: $0.beta, mean: $0.mean, variance: $0.variance,
      epsilon: $0.epsilon)
    return given.kernel + [given.bias]
  } figure: {
    try lines($0)
  }
}

private typealias Question0601 = (
  kernel: [Float], bias: Float, gamma: Float, beta: Float, mean: Float, variance: Float, epsilon: Float
)

private func brief(_ bias: Float?) -> String { bias.map { brief($0) } ?? "none" }

private func factor(_ question: Question0601) -> Float {
  question.gamma / (question.variance + question.epsilon).squareRoot()
}

/// The weights and the bias in one list, with the right factor and bias unless others are given.
private func result(_ question: Question0601, factor own: Float? = nil, bias: Float? = nil) -> [Float] {
  let factor = own ?? factor(question)
  return question.kernel.map { $0 * factor }
    + [bias ?? question.beta + (question.bias - question.mean) * factor]
}

private func aboutTheFactor() -> [Misconception<Question0601, [Float]>] {
  [
    Misconception("epsilon-forgotten") {
      result($0, factor: $0.gamma / $0.variance.squareRoot())
    } because: {
      "Your σ is \(brief($0.variance.squareRoot())), the root of the variance alone. The normalization adds "
        + "epsilon first."
    },
    Misconception("epsilon-after-the-root") {
      result($0, factor: $0.gamma / ($0.variance.squareRoot() + $0.epsilon))
    } because: { _ in
      "You added epsilon to the root. It is added to the variance, and then the root is taken."
    },
    Misconception("variance-for-deviation") {
      result($0, factor: $0.gamma / ($0.variance + $0.epsilon))
    } because: {
      "You divided by the variance, \(brief($0.variance + $0.epsilon)). It is the square of what is divided by."
    },
    Misconception("gamma-forgotten") {
      result($0, factor: 1 / ($0.variance + $0.epsilon).squareRoot())
    } because: { _ in
      "You divided by σ, and gamma has no part in it. After dividing, the normalization scales by gamma."
    },
    Misconception("kernel-unchanged") {
      $0.kernel + result($0).suffix(1)
    } because: { _ in
      "Your bias is right, and the kernel is as it was. What the weights add to the sum is scaled as well."
    },
  ]
}

private func aboutTheBias() -> [Misconception<Question0601, [Float]>] {
  let byHand = "lesson 6, \"A normalization, by hand\""
  return [
    Misconception("bias-not-scaled", section: byHand) {
      result($0, bias: $0.beta + $0.bias - $0.mean)
    } because: { _ in
      "The kernel is right. In your bias nothing is multiplied; but the convolution's bias, less the mean, is "
        + "scaled like everything that enters the normalization."
    },
    Misconception("bias-forgotten", section: byHand) {
      result($0, bias: $0.beta - $0.mean * factor($0))
    } because: {
      "The kernel is right. The convolution's own bias, \(brief($0.bias)), is missing from yours."
    },
    Misconception("mean-not-scaled", section: byHand) {
      result($0, bias: $0.beta + $0.bias * factor($0) - $0.mean)
    } because: { _ in
      "The kernel is right. The mean is taken off before the normalization scales, so it is scaled too."
    },
    Misconception("mean-added", section: byHand) {
      result($0, bias: $0.beta + ($0.bias + $0.mean) * factor($0))
    } because: { _ in
      "The kernel is right. You added the mean; the normalization takes it off."
    },
    Misconception("beta-scaled", section: byHand) {
      result($0, bias: ($0.beta + $0.bias - $0.mean) * factor($0))
    } because: { _ in
      "The kernel is right. You scaled beta too; it is added last, after everything has been scaled."
    },
    Misconception("beta-forgotten", section: byHand) {
      result($0, bias: ($0.bias - $0.mean) * factor($0))
    } because: { _ in
      "The kernel is right. In your bias beta is missing, by which the normalization shifts."
    },
  ]
}

/// The student's line over that of the convolution and its normalization, for a single weight; `nil` where
/// there is not one weight.
private func lines(_ answer: (Question0601) throws -> [Float]) throws -> Chart? {
  let question: Question0601 = ([0.8], 0.4, 3, 1, 2, 3.75, 0.25)
  let given = try answer(question)
  if given.count != 2 { return nil }
  let (right, x) = (result(question), [-1, 5] as [Float])
  return Chart(
    title: "Your line and the one asked for: the lesson's example", x: Axis("input"), y: Axis("output"),
    marks: [
      .line(x: x, y: x.map { right[0] * $0 + right[1] }, label: "asked for", color: .gray),
      .line(
        x: x, y: x.map { given[0] * $0 + given[1] }, label: "yours", color: .vermilion, dash: .dashed
      ),
    ])
}
