// Check your answer: swift run qat check 05.3   ·   stuck? swift run qat hint 05.3
import ExerciseKit
import Layers
import Tensors

/// Your answer to exercise 05.3.
public enum Ex0503: Exercise0503 {
  /// `layer` in a wrapper that multiplies what the layer puts out by a weight named `scale`, of shape `[]`,
  /// which starts at 1 and learns.
  ///
  /// By hand first: a layer that squares puts out [1, 9] for [1, 3]. What does its wrapper put out, if scale
  /// is 3? And what is the gradient of the sum of the two with respect to scale?
  public static func wrapped(_ layer: Layer) throws -> Wrapper {
    throw Todo("05.3")  // ← your code in place of this line; a class of your own goes below
  }
}
