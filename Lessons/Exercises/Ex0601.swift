// Check your answer: swift run qat check 06.1   ·   stuck? swift run qat hint 06.1
import ExerciseKit

/// Your answer to exercise 06.1.
public enum Ex0601: Exercise0601 {
  /// One channel of a convolution that does what a convolution and the normalization behind it do.
  ///
  /// By hand first: kernel [2, −1], bias 1, gamma 3, beta 5, mean 2, variance 3.75 and epsilon 0.25. What is σ?
  /// What comes out of both for the inputs [0, 0]? And so, what are the new weights and the new bias?
  public static func folded(
    kernel: [Float], bias: Float, gamma: Float, beta: Float, mean: Float, variance: Float, epsilon: Float
  ) throws -> (kernel: [Float], bias: Float) {
    throw Todo("06.1")  // ← your code in place of this line
  }
}
