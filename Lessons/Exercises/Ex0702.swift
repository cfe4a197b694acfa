// Check your answer: swift run qat check 07.2   ·   stuck? swift run qat hint 07.2
import ExerciseKit

/// Your answer to exercise 07.2.
public enum Ex0702: Exercise0702 {
  /// The code of an output, from the accumulator of its products: times mantissa · 2^(shift − 31), rounded to
  /// the nearest integer, ties upwards; plus the zero point; and within `codes`.
  ///
  /// By hand first: accumulator 101, mantissa 2^30, shift −2, zero point −40 and codes −128 to 127. By which
  /// fraction is it multiplied? What comes out for 101, and what for −101?
  public static func requantized(
    _ accumulator: Int32, mantissa: Int32, shift: Int, zeroPoint: Int32, within codes: ClosedRange<Int32>
  ) throws -> Int32 {
    throw Todo("07.2")  // ← your code in place of this line
  }
}
