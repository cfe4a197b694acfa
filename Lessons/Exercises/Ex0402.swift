// Check your answer: swift run qat check 04.2   ·   stuck? swift run qat hint 04.2
import ExerciseKit

/// Your answer to exercise 04.2.
public enum Ex0402: Exercise0402 {
  /// The number of parameters (weights and biases) of each `Dense` layer in a stack, for examples of `features` numbers.
  ///
  /// By hand first: 5 features and the units [8, 1]. Which shapes have the kernel and the bias of the first
  /// layer? And how many numbers does the second layer get?
  public static func parameters(features: Int, units: [Int]) throws -> [Int] {
    throw Todo("04.2")  // ← your code in place of this line
  }
}
