// Check your answer: swift run qat check 02.1   ·   stuck? swift run qat hint 02.1
import ExerciseKit
import Foundation

/// Your answer to exercise 02.1.
public enum Ex0201: Exercise0201 {
  /// The signal-to-quantization-noise ratio, in decibels, of numbers and what came back in their place.
  ///
  /// By hand first: 3 and 4 came back as 3 and 3.5. What do the squares of the signal add up to? And those of
  /// the errors?
  public static func sqnr(signal: [Float], roundTrip: [Float]) throws -> Float {
    throw Todo("02.1")  // ← your code in place of this line
  }
}
