// Check your answer: swift run qat check 11.3   ·   stuck? swift run qat hint 11.3
import ExerciseKit

/// Your answer to exercise 11.3.
public enum Ex1103: Exercise1103 {
  /// Where a weight lies, in codes, while AdaRound trains: ⌊weight / scale⌋ + h.
  ///
  /// h is σ(V)·1.2 − 0.1, clipped to 0…1; the number σ(V), between 0 and 1, is given as `sigmoid`. The sum is clipped to
  /// the lowest and the highest code.
  ///
  /// By hand first: the weight −0.5, the scale 0.2 and σ(V) = 0.75. Which code lies below −2.5? What is h, and where does
  /// the weight lie?
  public static func position(
    weight: Float, scale: Float, sigmoid: Float, codes: ClosedRange<Int>
  ) throws -> Float {
    throw Todo("11.3")  // ← your code in place of this line
  }
}
