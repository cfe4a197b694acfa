// Check your answer: swift run qat check 02.2   ·   stuck? swift run qat hint 02.2
import ExerciseKit

/// Your answer to exercise 02.2.
public enum Ex0202: Exercise0202 {
  /// The symmetric int8 scales of a kernel, codes −127…127, one for each output channel.
  ///
  /// The kernel is written down row by row, with a column for each channel. A channel of zeros gets 1.
  ///
  /// By hand first: [1, −10, 2, 5, −4, 0.5] with 2 channels is three rows. Which three numbers are
  /// channel 0?
  public static func scales(kernel: [Float], channels: Int) throws -> [Float] {
    throw Todo("02.2")  // ← your code in place of this line
  }
}
