import Layers
import Tensors

/// Exercise 05.4: ClipWrapper's call.
public protocol Exercise0504: Sendable {
  /// What `ClipWrapper.call` gives: the layer's outputs for inputs clipped to two weights.
  ///
  /// `low` and `high` are the weights `min` and `max` of lesson 5, named so because Swift has functions `min` and `max`.
  ///
  /// The gradient of an input that was not clipped reaches the input; otherwise it reaches the weight that clipped it.
  /// The clip is made of nothing but `relu`, + and −; `clipped`, which does it in one go, is not allowed.
  ///
  /// By hand first: inputs [−8, −2, 3, 9], low −6, high 6, and a layer that squares. What reaches the layer? What comes
  /// out? And what is the gradient of the sum with respect to high?
  ///
  /// - Parameters:
  ///   - inputs: The wrapper's inputs; none lies exactly at an end.
  ///   - low: The weight that clips from below, of shape `[]`; it is below `high`.
  ///   - high: The weight that clips from above, of shape `[]`.
  ///   - layer: The layer inside, which gets the clipped inputs.
  ///   - training: Whether this is a call in training; the layer gets it too.
  /// - Returns: The layer's outputs.
  /// - Throws: `Todo` until it is solved.
  static func call(
    _ inputs: Tensor, low: Variable, high: Variable, layer: Layer, training: Bool
  ) throws -> Tensor
}

extension Exercise {
  /// ClipWrapper's call.
  public static let clipCall = Exercise(
    "05.4", "ClipWrapper's call", section: "lesson 5, \"The wrapper\"",
    refusal: "A shape does not fit, probably: the two weights are single numbers, of shape [].",
    banned: ["clipped", "relu6", "fakeQuantized"],
    hints: [
      "In which order do the two things happen, the clip and the layer's own call? What would a layer that squares give "
        + "in the other order?",
      "Read \"The wrapper\" and \"Gradients through the clip\" in lesson 5. Whatever has to get a gradient must stay a "
        + "tensor on the way.",
      "`(x - low).relu()` is how far x lies above low, or 0. Add that to low, and you have the lower "
        + "clip. What is too much at the upper end can be written in the same way, and taken off.",
    ])
}
