// Check your answer: swift run qat check 03.4   ·   stuck? swift run qat hint 03.4
import ExerciseKit

/// Your answer to exercise 03.4.
public enum Ex0304: Exercise0304 {
  /// The weights of a linear model after some steps of quantization-aware training.
  ///
  /// The loss is the mean, over the examples, of (output − target)². The model computes with rounded weights: the
  /// largest magnitude among them gets the last code, and a weight becomes its nearest code, a tie the even one. The
  /// gradient goes straight through to the float weights, and those are returned.
  ///
  /// By hand first: weights [0.75, −1], one example [1, 1] with target 1, 2 bits and rate 0.125. Which weights does
  /// the model compute with? What does it put out, and what is the gradient of the loss? Where are the
  /// weights after one step?
  public static func trained(
    weights: [Float], inputs: [[Float]], targets: [Float], bits: Int, rate: Float, steps: Int
  ) throws -> [Float] {
    throw Todo("03.4")  // ← your code in place of this line
  }
}
