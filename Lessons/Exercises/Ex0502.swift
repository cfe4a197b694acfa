// Check your answer: swift run qat check 05.2   ·   stuck? swift run qat hint 05.2
import ExerciseKit

/// Your answer to exercise 05.2.
public enum Ex0502: Exercise0502 {
  /// Where the upper end of a range, `high`, is after one step of gradient descent, with the penalty λ · high² in the
  /// loss.
  ///
  /// By hand first: high 2, activations [1, 3, 5], upstream [10, −1, −3], penalty 0.25 and rate 0.1. Which of
  /// the three gradients go to high? What is the slope of the penalty?
  public static func stepped(
    high: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
  ) throws -> Float {
    throw Todo("05.2")  // ← your code in place of this line
  }
}
