// Check your answer: swift run qat check 05.4   ·   stuck? swift run qat hint 05.4
import ExerciseKit
import Layers
import Tensors

/// Your answer to exercise 05.4.
public enum Ex0504: Exercise0504 {
  /// What `ClipWrapper.call` gives: the layer's outputs for inputs clipped to two weights.
  ///
  /// `low` and `high` are the weights `min` and `max` of lesson 5, named so because Swift has functions `min` and `max`.
  ///
  /// Make the clip of nothing but `relu`, + and −: `clipped`, which does it in one go, is not allowed here. An input
  /// exactly at an end is not asked for.
  ///
  /// By hand first: inputs [−8, −2, 3, 9], low −6, high 6, and a layer that squares. What reaches the layer? What comes
  /// out? And what is the gradient of the sum with respect to high?
  public static func call(
    _ inputs: Tensor, low: Variable, high: Variable, layer: Layer, training: Bool
  ) throws -> Tensor {
    throw Todo("05.4")  // ← your code in place of this line
  }
}
