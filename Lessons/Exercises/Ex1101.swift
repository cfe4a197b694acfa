// Check your answer: swift run qat check 11.1   ·   stuck? swift run qat hint 11.1
import ExerciseKit

/// Your answer to exercise 11.1.
public enum Ex1101: Exercise1101 {
  /// The factor of each channel between two layers, which makes the largest magnitudes of both the same: the first
  /// layer's weights are divided by it, the second's are multiplied by it.
  ///
  /// `first` is a table with one column for each channel, `second` one with a row for each channel, both written row by
  /// row: a row of `first` has `channels` numbers, a row of `second` has `second.count / channels`. Where a channel's
  /// weights are all 0 in one of the layers, the factor is 1.
  ///
  /// By hand first: first [3, 0.5, −4, 0.25] and second [1, −0.5, 8, 2], with 2 channels. The largest magnitudes of
  /// channel 0 are 4 and 1. By what do you divide the 4, and multiply the 1, to make them equal?
  public static func factors(first: [Float], second: [Float], channels: Int) throws -> [Float] {
    throw Todo("11.1")  // ← your code in place of this line
  }
}
