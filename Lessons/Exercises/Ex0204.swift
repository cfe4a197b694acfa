// Check your answer: swift run qat check 02.4   ·   stuck? swift run qat hint 02.4
import ExerciseKit

/// Your answer to exercise 02.4.
public enum Ex0204: Exercise0204 {
  /// The clip threshold, of some candidates, at which a symmetric grid loses least: the least mean square error.
  ///
  /// The codes go from −(2^(bits − 1) − 1) to 2^(bits − 1) − 1, and the last one stands for the threshold. A number takes
  /// the nearest code, a tie the even one; beyond the last code it takes the last.
  ///
  /// By hand first: the values 0.8, −0.9, 0.9 and 1.5, 2 bits, and the candidates 1 and 1.5. Codes −1, 0 and 1. What
  /// comes back for each value, with each of the two? What do the squares of the errors add up to?
  public static func bestThreshold(for values: [Float], bits: Int, candidates: [Float]) throws -> Float {
    throw Todo("02.4")  // ← your code in place of this line
  }
}
