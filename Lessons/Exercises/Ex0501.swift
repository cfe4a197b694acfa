// Check your answer: swift run qat check 05.1   ·   stuck? swift run qat hint 05.1
import ExerciseKit

/// Your answer to exercise 05.1.
public enum Ex0501: Exercise0501 {
  /// The one clip that does what two do: a clip to `inner`, wrapped in a clip to `outer`, which comes first.
  ///
  /// By hand first: outer −6…6 around inner −1…8. What comes out for −100? For 100? And if outer is 2…6 and
  /// inner −1…1?
  public static func composed(
    outer: (low: Float, high: Float), inner: (low: Float, high: Float)
  ) throws -> (low: Float, high: Float) {
    throw Todo("05.1")  // ← your code in place of this line
  }
}
