// Check your answer: swift run qat check 03.3   ·   stuck? swift run qat hint 03.3
import ExerciseKit
import Foundation

/// Your answer to exercise 03.3.
public enum Ex0303: Exercise0303 {
  /// The moving average after the last of the batches, started at 0 and debiased.
  ///
  /// By hand first: decay 0.75, and one batch, 4. Where does the average stand after it? Which share of it is
  /// real data? And so, debiased?
  public static func average(_ batches: [Float], decay: Float) throws -> Float {
    throw Todo("03.3")  // ← your code in place of this line
  }
}
