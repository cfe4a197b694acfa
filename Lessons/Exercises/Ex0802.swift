// Check your answer: swift run qat check 08.2   ·   stuck? swift run qat hint 08.2
import ExerciseKit

/// Your answer to exercise 08.2.
public enum Ex0802: Exercise0802 {
  /// The upper end of each channel's range: `reach` times the root of the mean of the channel's squares.
  ///
  /// The kernel is a table with one column for each channel, written row by row: `kernel[0]` is row 0 of channel 0,
  /// `kernel[1]` row 0 of channel 1.
  ///
  /// By hand first: [3, 1, 4, −1, 0, 1, 0, 1] with 2 channels is four rows. The squares of channel 0 are 9, 16, 0
  /// and 0. What is their mean, what its root, and what is the end at a reach of 2?
  public static func ends(kernel: [Float], channels: Int, reach: Float) throws -> [Float] {
    throw Todo("08.2")  // ← your code in place of this line
  }
}
