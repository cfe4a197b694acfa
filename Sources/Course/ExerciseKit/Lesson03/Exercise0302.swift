/// Exercise 03.2: what the straight-through estimator hands back.
public protocol Exercise0302: Sendable {
  /// The gradients of fake quantization, for its numbers `x` and for the two ends of its range.
  ///
  /// Rounding is passed as though it were not there. A number inside the range, the ends included, hands its
  /// upstream gradient on to `x`. A number that was clipped hands it to the end that it was clipped to, `low` or
  /// `high`; each end gets the sum of these gradients.
  ///
  /// By hand first: x [−2, −1, 0.5, 1, 3] and upstream [1, 2, 3, 4, 5], between low −1 and high 1. Which of
  /// the five were clipped, and to which end?
  ///
  /// - Parameters:
  ///   - x: The numbers that were rounded.
  ///   - upstream: For each number of `x`, the gradient that arrives at its output; as long as `x`.
  ///   - low: The lower end of the range, below `high`.
  ///   - high: The upper end of the range.
  /// - Returns: The gradient of each number, and those of the two ends.
  /// - Throws: `Todo` until it is solved.
  static func gradients(of x: [Float], upstream: [Float], low: Float, high: Float) throws -> (
    x: [Float], low: Float, high: Float
  )
}

extension Exercise {
  /// What the straight-through estimator hands back.
  public static let straightThrough = Exercise(
    "03.2", "the straight-through gradient", section: "lesson 3, \"An operation of our own\"",
    index:
      "An index beyond the end of a list crashes: `x` and `upstream` both start at 0 and are equally long.",
    hints: [
      "Every gradient in `upstream` goes to exactly one place. Which three places are there, and what "
        + "decides?",
      "Read \"An operation of our own\" and \"Or learn it\" in lesson 3. If a clipped number moves a "
        + "little, what changes? If the end it was clipped to moves?",
      "Go through `zip(x, upstream)` once, with an empty list and two sums at 0. "
        + "`if value < low { … } else if value > high { … } else { … }`, and the list gets an entry in every "
        + "case.",
    ])
}
