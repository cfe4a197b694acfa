// Check your answer: swift run qat check 11.2   ·   stuck? swift run qat hint 11.2
import ExerciseKit

/// Your answer to exercise 11.2.
public enum Ex1102: Exercise1102 {
  /// The bias of a neuron after its weights were rounded, so that its mean output over some inputs is what it was.
  ///
  /// The neuron gives the sum of weight times input, plus the bias. There is at least one input, the same before and after,
  /// and each has a number for each weight.
  ///
  /// By hand first: bias 0.5, weights [0.9, −0.4], rounded [1, −0.5], inputs [1, 2] and [3, 0]. How much larger is the
  /// sum with the rounded weights, for the first input and for the second? What is the mean of the two?
  public static func corrected(
    bias: Float, weights: [Float], rounded: [Float], inputs: [[Float]]
  ) throws -> Float {
    throw Todo("11.2")  // ← your code in place of this line
  }
}
