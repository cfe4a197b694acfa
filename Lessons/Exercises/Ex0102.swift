// Check your answer: swift run qat check 01.2   ·   stuck? swift run qat hint 01.2
import ExerciseKit

/// Your answer to exercise 01.2.
public enum Ex0102: Exercise0102 {
  /// The int8 code, −128 to 127, that stands for real 0, when −128 is meant to stand for `low`.
  ///
  /// It is the nearest code. If 0 lies halfway between two codes, it is the upper one.
  ///
  /// By hand first: low −1, scale 0.25. How many steps is it from low to 0?
  public static func zeroPoint(low: Float, scale: Float) throws -> Int {
    throw Todo("01.2")  // ← your code in place of this line
  }
}
