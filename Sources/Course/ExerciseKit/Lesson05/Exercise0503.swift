import Layers

/// Exercise 05.3: a wrapper of your own.
public protocol Exercise0503: Sendable {
  /// Wraps `layer` so that its outputs are multiplied by a weight named `scale`, of shape `[]`, which starts at 1
  /// and learns.
  ///
  /// Nothing else changes: the layer is built with the wrapper, its weights are among the wrapper's, and it
  /// gets the wrapper's `training`.
  ///
  /// By hand first: a layer that squares puts out [1, 9] for [1, 3]. What does its wrapper put out, if scale
  /// is 3? And what is the gradient of the sum of the two with respect to scale?
  ///
  /// - Throws: `Todo` until it is solved.
  static func wrapped(_ layer: Layer) throws -> Wrapper
}

extension Exercise {
  /// A wrapper of your own.
  public static let ownWrapper = Exercise(
    "05.3", "a wrapper of your own", section: "lesson 5, \"The wrapper\"",
    refusal: "A shape does not fit, probably: `scale` is a single number, of shape [].",
    hints: [
      "ClipWrapper does something *before* the layer it holds. Which of its lines would have to change to do "
        + "something after it, and what may stay?",
      "Read \"The wrapper\" and \"What could go wrong: building\" in lesson 5. When is the weight made, when is "
        + "its value read, and who builds the layer inside?",
      "A class that inherits from Wrapper and overrides two functions: in `build`, super's first and then "
        + "`addWeight`, with an initializer of ones; in `call`, the layer's outputs times the weight's value.",
    ])
}
