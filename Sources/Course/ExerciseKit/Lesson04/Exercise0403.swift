import Layers
import Tensors

/// Exercise 04.3: a layer of your own.
public protocol Exercise0403: Sendable {
  /// A new layer that multiplies each feature by its own gain.
  ///
  /// An example has the shape `[features]`. The layer has one trainable weight, `gain`, with one number for each
  /// feature; all of them start at 1. Its outputs are the inputs times `gain`. Write the layer as a
  /// subclass of `Layer` below your answer, and return a new one.
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
    crash:
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

/// Checks an answer to exercise 04.3.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0403).Type) throws -> [Finding] {
  Sandbox.questionListener?("makeLayer()")
  let layer = try answer.makeLayer()
  for (asked, inspect) in inspections {
    Sandbox.questionListener?(asked)
    if let found = inspect(layer, asked) { return [found] }
  }
  return []
}

private typealias Inspection = (_ layer: Layer, _ asked: String) -> Finding?

private let mistakes = "lesson 4, \"What could go wrong: mistakes that nobody refuses\""
private let batch: [Float] = [1, 2, 3, 4, 5, 6]

private var inspections: [(asked: String, inspect: Inspection)] {
  [
    ("A new layer", isNew), ("After a call with two examples of 3 features, the layer", hasItsGain),
    ("Called with [1, 2, 3] and [4, 5, 6], a new layer", changesNothing),
    ("With gain = [2, 10, −1], called with [1, 2, 3] and [4, 5, 6], the layer", usesNewGains),
    ("With [0, 1, 0] standing in for gain during the call, the layer", usesTheSubstitute),
    ("The gradient of the outputs' sum with respect to gain, for [1, 2, 3] and [4, 5, 6],", learns),
    ("The gradient of the outputs' sum with respect to the inputs, for gain = [2, 10, −1],", passesOn),
  ]
}

private func finding(
  _ id: String, _ observation: String, _ cause: String, section: String = Exercise.ownLayer.section
) -> Finding {
  Finding(id, observation: observation, likelyCause: cause, section: section)
}

private func outputs(of layer: Layer) -> Tensor { layer(Tensor(batch, shape: [2, 3])) }

private func listed(_ layer: Layer) -> String {
  let weights = layer.namedWeights.map { "\($0.path) \($0.variable.shape)" }
  return weights.isEmpty ? "none" : weights.joined(separator: ", ")
}

private func isNew(_ layer: Layer, _ asked: String) -> Finding? {
  guard !layer.weights.isEmpty || layer.isBuilt else { return nil }
  return finding(
    "weights-in-init",
    "\(asked) should have no weights yet; yours has \(listed(layer)).",
    "In init nobody knows how many features there are. Weights are created in build, which gets their number.",
    section: mistakes)
}

private func hasItsGain(_ layer: Layer, _ asked: String) -> Finding? {
  _ = outputs(of: layer)
  let weights = layer.namedWeights
  let observation = "\(asked) should have one weight, gain [3]; yours has \(listed(layer))."
  guard weights.count == 1 else {
    return weights.isEmpty
      ? finding(
        "no-weight", observation,
        "A weight belongs to a layer once `addWeight` has created it; a tensor kept in a property does not.")
      : finding("too-many-weights", observation, "The gains are all that this layer has to learn.")
  }
  let gain = weights[0].variable
  guard gain.shape == [3] else {
    let isOne = gain.shape.reduce(1, *) == 1
    return finding(
      isOne ? "one-gain" : "wrong-shape", observation,
      isOne
        ? "One number for all features was not asked for: each has a gain of its own, as many as "
          + "`inputShape` says."
        : "There is one gain for each feature, and nothing else: not one for each example, and no matrix.")
  }
  guard weights[0].path == "gain" else {
    return finding("another-name", observation, "The name is what others find a weight by: `gain`.")
  }
  if !gain.trainable {
    return finding(
      "not-trainable", "\(asked) should have a gain that training changes; yours is not trainable.",
      "`trainable: false` is for statistics that a layer keeps.")
  }
  guard gain.value.values != [1, 1, 1] else { return nil }
  return finding(
    "starts-elsewhere", "\(asked) should have the gains [1, 1, 1]; yours are \(brief(gain.value.values)).",
    "Without an initializer a weight starts at random. Which of the initializers gives ones?")
}

private func changesNothing(_ layer: Layer, _ asked: String) -> Finding? {
  compare(asked, outputs(of: layer), batch) { given in
    given == batch.map { $0 + 1 }
      ? ("added", "You added the gains. A gain multiplies.")
      : ("wrong-value", "A gain of 1 leaves every number as it is.")
  }
}

private func usesNewGains(_ layer: Layer, _ asked: String) -> Finding? {
  layer.weight("gain").value = Tensor([2, 10, -1], shape: [3])
  return compare(asked, outputs(of: layer), [2, 20, -3, 8, 50, -6]) { given in
    given == batch
      ? readTooEarly
      : ("wrong-value", "Each column is multiplied by its own gain: the first by 2, the second by 10.")
  }
}

private func usesTheSubstitute(_ layer: Layer, _ asked: String) -> Finding? {
  let substitute = Tensor([0, 1, 0], shape: [3])
  let given = layer.weight("gain").substituting(substitute) { outputs(of: layer) }
  return compare(asked, given, [0, 2, 0, 0, 5, 0]) { _ in readTooEarly }
}

private func learns(_ layer: Layer, _ asked: String) -> Finding? {
  let gradient = outputs(of: layer).sum().gradients(of: [layer.weight("gain")])[0]
  return compare(asked, gradient, [5, 7, 9]) { _ in gradientLost }
}

private func passesOn(_ layer: Layer, _ asked: String) -> Finding? {
  let inputs = Variable("inputs", Tensor(batch, shape: [2, 3]))
  let gradient = layer(inputs.value).sum().gradients(of: [inputs])[0]
  return compare(asked, gradient, [2, 10, -1, 2, 10, -1]) { _ in gradientLost }
}

private let readTooEarly = (
  id: "read-too-early",
  cause: "Your layer goes on with the values it has read before. Ask the weight for its value in every call: "
    + "optimizers and quantization put others there."
)
private let gradientLost = (
  id: "gradient-lost",
  cause:
    "A tensor made from plain numbers forgets where they came from. Multiply the tensors themselves, and "
    + "the gradient finds its way."
)

private func compare(
  _ asked: String, _ given: Tensor, _ right: [Float],
  explained: (_ given: [Float]) -> (id: String, cause: String)
) -> Finding? {
  if given.values == right { return nil }
  let (id, cause) = explained(given.values)
  return finding(
    id, "\(asked) should give \(brief(right)); yours gave \(brief(given.values)).", cause,
    section: id == readTooEarly.id ? mistakes : Exercise.ownLayer.section)
}
