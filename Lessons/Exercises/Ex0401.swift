// Check your answer: swift run qat check 04.1   ·   stuck? swift run qat hint 04.1
import ExerciseKit

/// Your answer to exercise 04.1.
public enum Ex0401: Exercise0401 {
  /// What happens to a new layer that is called with batches of these shapes: `.buildAndCall`, `.call` or `.refuse`.
  ///
  /// By hand first: [[1, 5], [32, 5], [2, 7], [3, 7], [4, 5]]. What was the layer built for? Which of the
  /// batches have such examples?
  public static func moments(of batches: [[Int]]) throws -> [Moment] {
    throw Todo("04.1")  // ← your code in place of this line
  }
}
