/// Exercise 05.2: one step of a range that learns.
public protocol Exercise0502: Sendable {
  /// Where the upper end of a range, `high`, is after one step of gradient descent, with the penalty λ · high² in the
  /// loss.
  ///
  /// It is the `max` of lesson 5. Its gradient has two parts: the upstream gradients that the clip to 0…high hands to
  /// it, and the slope of the penalty. A step goes against the gradient, `rate` times as far.
  ///
  /// By hand first: high 2, activations [1, 3, 5], upstream [10, −1, −3], penalty 0.25 and rate 0.1. Which of
  /// the three gradients go to high? What is the slope of the penalty?
  ///
  /// - Parameters:
  ///   - high: The upper end of the range, above 0. An activation of exactly `high` counts as inside.
  ///   - activations: The numbers that were clipped.
  ///   - upstream: For each activation, the gradient that arrives at its output; as long as `activations`.
  ///   - penalty: The strength λ of the penalty.
  ///   - rate: The learning rate.
  /// - Returns: The new `high`.
  /// - Throws: `Todo` until it is solved.
  static func stepped(
    high: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
  ) throws -> Float
}

extension Exercise {
  /// One step of a range that learns.
  public static let learnedMax = Exercise(
    "05.2", "one step of a max that learns", section: "lesson 5, \"A range that learns\"",
    index:
      "An index beyond the end of a list crashes: `activations` and `upstream` both start at 0 and are equally "
      + "long.",
    hints: [
      "An activation above high comes out as high. If high grows a little, what grows with it, and what does not?",
      "Read \"Gradients through the clip\" and \"A range that learns\" in lesson 5. The slope of c · x² is "
        + "2 · c · x. Is there a mean anywhere in the question?",
      "Three lines: the sum of `upstream` over the activations that were clipped to high; that plus the slope "
        + "of the penalty; and the old end minus rate times the whole.",
    ])
}
