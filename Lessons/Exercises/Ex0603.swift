// Check your answer: swift run qat check 06.3   ·   stuck? swift run qat hint 06.3
import ExerciseKit

/// Your answer to exercise 06.3.
public enum Ex0603: Exercise0603 {
  /// How many different codes can come out of a ReLU, if its input was rounded to a grid over `low` to `high`: the grid
  /// of exercise 03.1.
  ///
  /// By hand first: low −1, high 3 and 3 bits. How wide is a step? Which code stands for 0? Which codes are
  /// still different behind the ReLU?
  public static func codesLeft(low: Float, high: Float, bits: Int) throws -> Int {
    throw Todo("06.3")  // ← your code in place of this line
  }
}
