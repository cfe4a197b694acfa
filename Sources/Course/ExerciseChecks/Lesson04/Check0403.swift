import ExerciseKit

/// Checks an answer to exercise 04.3.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0403).Type) throws -> [Finding] {
  try check0403(Remote(observed(answer)))
}

/// Checks an answer to exercise 04.3 that runs anywhere.
func check0403(_ answer: Remote) throws -> [Finding] {
  for question in Question0403.allCases {
    Sandbox.questionListener?(question.wording)
    let seen: Question0403.Seen = try NoObservation.of(question.wording) { try answer.call(question) }
    if let found = question.inspect(seen) { return [found] }
  }
  return []
}

private let mistakes = "lesson 4, \"What could go wrong: mistakes that nobody refuses\""

extension Question0403 {
  fileprivate var wording: String {
    switch self {
    case .new: "A new layer"
    case .built: "After a call with two examples of 3 features, the layer"
    case .outputs: "Called with [1, 2, 3] and [4, 5, 6], a new layer"
    case .newGains: "With gain = [2, 10, −1], called with [1, 2, 3] and [4, 5, 6], the layer"
    case .substitute: "With [0, 1, 0] standing in for gain during the call, the layer"
    case .gainGradient: "The gradient of the outputs' sum with respect to gain, for [1, 2, 3] and [4, 5, 6],"
    case .inputGradient:
      "The gradient of the outputs' sum with respect to the inputs, for gain = [2, 10, −1],"
    }
  }

  fileprivate func inspect(_ layer: Seen) -> Finding? {
    switch self {
    case .new: isNew(layer, wording)
    case .built: hasItsGain(layer, wording)
    case .outputs: changesNothing(layer, wording)
    case .newGains: usesNewGains(layer, wording)
    case .substitute: compare(wording, layer, [0, 2, 0, 0, 5, 0]) { _ in readTooEarly }
    case .gainGradient: compare(wording, layer, [5, 7, 9]) { _ in gradientLost }
    case .inputGradient: compare(wording, layer, [2, 10, -1, 2, 10, -1]) { _ in gradientLost }
    }
  }
}

private func finding(
  _ id: String, _ observation: String, _ cause: String, section: String = Exercise.ownLayer.section
) -> Finding {
  Finding(id, observation: observation, likelyCause: cause, section: section)
}

private func listed(_ layer: Question0403.Seen) -> String {
  let weights = layer.weights.map { "\($0.path) \($0.shape)" }
  return weights.isEmpty ? "none" : weights.joined(separator: ", ")
}

private func isNew(_ layer: Question0403.Seen, _ asked: String) -> Finding? {
  guard !layer.weights.isEmpty || layer.isBuilt else { return nil }
  return finding(
    "weights-in-init",
    "\(asked) should have no weights yet; yours has \(listed(layer)).",
    "In init nobody knows how many features there are. Weights are created in build, which gets their number.",
    section: mistakes)
}

private func hasItsGain(_ layer: Question0403.Seen, _ asked: String) -> Finding? {
  let weights = layer.weights
  let observation = "\(asked) should have one weight, gain [3]; yours has \(listed(layer))."
  guard weights.count == 1 else {
    return weights.isEmpty
      ? finding(
        "no-weight", observation,
        "A weight belongs to a layer once `addWeight` has created it; a tensor kept in a property does not.")
      : finding("too-many-weights", observation, "The gains are all that this layer has to learn.")
  }
  let gain = weights[0]
  guard gain.shape == [3] else {
    let isOne = gain.shape.reduce(1, *) == 1
    return finding(
      isOne ? "one-gain" : "wrong-shape", observation,
      isOne
        ? "One number for all features was not asked for: each has a gain of its own, as many as "
          + "`inputShape` says."
        : "There is one gain for each feature, and nothing else: not one for each example, and no matrix.")
  }
  guard gain.path == "gain" else {
    return finding("another-name", observation, "The name is what others find a weight by: `gain`.")
  }
  if !gain.isTrainable {
    return finding(
      "not-trainable", "\(asked) should have a gain that training changes; yours is not trainable.",
      "`trainable: false` is for statistics that a layer keeps.")
  }
  guard gain.values != [1, 1, 1] else { return nil }
  return finding(
    "starts-elsewhere", "\(asked) should have the gains [1, 1, 1]; yours are \(brief(gain.values)).",
    "Without an initializer a weight starts at random. Which of the initializers gives ones?")
}

private func changesNothing(_ layer: Question0403.Seen, _ asked: String) -> Finding? {
  compare(asked, layer, Question0403.batch) { given in
    given == Question0403.batch.map { $0 + 1 }
      ? ("added", "You added the gains. A gain multiplies.")
      : ("wrong-value", "A gain of 1 leaves every number as it is.")
  }
}

private func usesNewGains(_ layer: Question0403.Seen, _ asked: String) -> Finding? {
  compare(asked, layer, [2, 20, -3, 8, 50, -6]) { given in
    given == Question0403.batch
      ? readTooEarly
      : ("wrong-value", "Each column is multiplied by its own gain: the first by 2, the second by 10.")
  }
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
  _ asked: String, _ layer: Question0403.Seen, _ right: [Float],
  explained: (_ given: [Float]) -> (id: String, cause: String)
) -> Finding? {
  if layer.numbers == right { return nil }
  let (id, cause) = explained(layer.numbers)
  return finding(
    id, "\(asked) should give \(brief(right)); yours gave \(brief(layer.numbers)).", cause,
    section: id == readTooEarly.id ? mistakes : Exercise.ownLayer.section)
}
