// Check your answer: swift run qat check 03.2   ·   stuck? swift run qat hint 03.2
import ExerciseKit

/// Your answer to exercise 03.2.
public enum Ex0302: Exercise0302 {
  /// The gradients of fake quantization, straight through, for its numbers `x` and the two ends of its range.
  ///
  /// A number inside the range, the ends included, keeps its upstream gradient. A clipped number hands it to the end
  /// that it was clipped to, which gets the sum of them.
  ///
  /// By hand first: x [−2, −1, 0.5, 1, 3] and upstream [1, 2, 3, 4, 5], between low −1 and high 1. Which of
  /// the five were clipped, and to which end?
  public static func gradients(of x: [Float], upstream: [Float], low: Float, high: Float) throws -> (
    x: [Float], low: Float, high: Float
  ) {
    throw Todo("03.2")  // ← your code in place of this line
  }
}
