import Layers

/// Exercise 04.3: a layer of your own.
public protocol Exercise0403: Sendable {
  /// A new layer that multiplies each number of an example by a gain of its own.
  ///
  /// An example is a row of numbers, its features: its shape is `[features]`. The layer has one trainable weight,
  /// `gain`, with one number for each feature; all of them start at 1. Its outputs are the inputs times `gain`.
  /// Write the layer as a subclass of `Layer` below your answer, and return a new one.
  ///
  /// By hand first: the examples [1, 2, 3] and [4, 5, 6], and the gains [2, 10, −1]. What comes out? When can
  /// the layer know that it needs three gains?
  ///
  /// - Throws: `Todo` until it is solved.
  static func makeLayer() throws -> Layer
}

extension Exercise {
  /// A layer of your own.
  public static let ownLayer = Exercise(
    "04.3", "a layer of your own", section: "lesson 4, \"Three moments\"",
    index:
      "`inputShape` is the shape of one example, without the batch: for the two examples of three features here it is "
      + "[3]. There is an inputShape[0], and no inputShape[1].",
    refusal:
      "The message names the layer and the remedy. A weight exists once `build` has added it, and only under "
      + "that name; shapes in `build` are those of one example; and `call` has to be overridden.",
    hints: [
      "Which two functions does your layer override? It has no settings to keep, so does it need an `init`?",
      "Read \"Three moments\" in lesson 4. `addWeight` takes an initializer, such as `.zeros`; `*` multiplies "
        + "tensors number by number, and repeats a `[features]` for every example.",
      "`build` is one call of `addWeight`. `call` is one product; where does it get the gains from, and at "
        + "which moment does it read their value?",
    ])
}
