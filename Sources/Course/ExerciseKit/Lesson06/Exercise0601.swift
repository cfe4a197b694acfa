/// Exercise 06.1: fold a normalization.
public protocol Exercise0601: Sendable {
  /// One channel of a convolution that does what a convolution and the normalization behind it do.
  ///
  /// By hand first: kernel [2, −1], bias 1, gamma 3, beta 5, mean 2, variance 3.75 and epsilon 0.25. What is σ?
  /// What comes out of both for the inputs [0, 0]? And so, what are the new weights and the new bias?
  ///
  /// - Parameters:
  ///   - kernel: The channel's weights.
  ///   - bias: What the convolution adds to the sum of products.
  ///   - gamma: The normalization scales by it; it may have either sign.
  ///   - beta: The normalization shifts by it.
  ///   - mean: The channel's mean.
  ///   - variance: The channel's variance, 0 or above.
  ///   - epsilon: What is added to the variance before its root is taken, above 0.
  /// - Returns: The weights and the bias that need no normalization behind them.
  /// - Throws: `Todo` until it is solved.
  static func folded(
    kernel: [Float], bias: Float, gamma: Float, beta: Float, mean: Float, variance: Float, epsilon: Float
  ) throws -> (kernel: [Float], bias: Float)
}

extension Exercise {
  /// Fold a normalization.
  public static let batchNormFolding = Exercise(
    "06.1", "fold a normalization", section: "lesson 6, \"The formula\"",
    index: "An index beyond the end of a list crashes. A kernel may have a single weight: use map.",
    hints: [
      "Send zeros in: the kernel then gives nothing, and all that comes out of the two is the new bias. Follow "
        + "the old bias through the normalization, step by step.",
      "Read \"A normalization, by hand\" and \"The formula\" in lesson 6. One factor appears twice: in the new "
        + "kernel and in the new bias.",
      "Three lines: the factor, by `squareRoot()`; every weight times it; and the bias, of which only a part "
        + "is multiplied.",
    ])
}
