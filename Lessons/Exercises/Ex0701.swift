// Check your answer: swift run qat check 07.1   ·   stuck? swift run qat hint 07.1
import ExerciseKit

/// Your answer to exercise 07.1.
public enum Ex0701: Exercise0701 {
  /// The mantissa and the shift that stand for `real`: mantissa · 2^(shift − 31), as near as can be.
  ///
  /// By hand first: 0.75. It is between a half and one, so the shift is 0; and the mantissa, from 2^30 to
  /// 2^31 − 1, is which part of 2^31? And 0.1: how often must you double it before it is a half at least?
  public static func multiplier(for real: Double) throws -> (mantissa: Int32, shift: Int) {
    throw Todo("07.1")  // ← your code in place of this line
  }
}
