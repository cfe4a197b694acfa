// Check your answer: swift run qat check 04.3   ·   stuck? swift run qat hint 04.3
import ExerciseKit
import Layers
import Tensors

/// Your answer to exercise 04.3; write the layer below, as a subclass of `Layer`.
public enum Ex0403: Exercise0403 {
  /// A new layer that multiplies each number of an example by a gain of its own.
  ///
  /// An example is a row of numbers, its features. The gains are one trainable weight, `gain`, with one number for
  /// each feature; all start at 1.
  ///
  /// By hand first: the examples [1, 2, 3] and [4, 5, 6], and the gains [2, 10, −1]. What comes out? When can
  /// the layer know that it needs three gains?
  public static func makeLayer() throws -> Layer {
    throw Todo("04.3")  // ← your code in place of this line
  }
}
