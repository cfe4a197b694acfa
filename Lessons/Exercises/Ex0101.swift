// Check your answer: swift run qat check 01.1   ·   stuck? swift run qat hint 01.1
import ExerciseKit

/// Your answer to exercise 01.1.
public enum Ex0101: Exercise0101 {
  /// The step between neighbouring levels of a grid of `bits` bits from `low` to `high`.
  ///
  /// By hand first: a 2-bit grid from −1 to 1 has four levels. How far apart are they?
  public static func scale(low: Float, high: Float, bits: Int) throws
    -> Float
  {
    throw Todo("01.1")  // ← your code in place of this line
  }
}
