import ExerciseKit

/// Checks an answer to exercise 04.3.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0403).Type) throws -> [Finding] {
  try check0403(Remote(observed(answer)))
}

/// Checks an answer to exercise 04.3 that runs anywhere.
func check0403(_ answer: Remote) throws -> [Finding] {
  for question in [Question0403.new, .built] {
    Sandbox.questionListener?(question.wording)
    let seen: Question0403.Seen = try NoObservation.of(question.wording) { try answer.call(question) }
    if let found = question == .new ? isNew(seen, question.wording) : hasItsGain(seen, question.wording) {
      return [found]
    }
  }
  return try Examination<Question0403, [Float]>(
    exercise: .ownLayer, questions: Question0403.allCases.filter { $0 != .new && $0 != .built },
    wording: \.wording, right: { $0.numbers(outputs(of: $0)) }, same: ==, written: brief,
    misconceptions: misconceptions(),
    otherwise: { _ in
      "Each column is multiplied by its own gain, as it is at the moment of the call: a gain of 1 leaves its column as "
        + "it is."
    }
  ).findings { question in
    let seen: Question0403.Seen = try answer.call(question)
    return seen.numbers
  }
}

private let mistakes = "lesson 4, \"What could go wrong: mistakes without a message\""

extension Question0403 {
  fileprivate var wording: String {
    switch self {
    case .new: "A new layer"
    case .built: "After a call with two examples of 3 features, the layer"
    case .outputs: "Called with [1, 2, 3] and [4, 5, 6], a new layer"
    case .newGains, .otherGains:
      "With gain = \(brief(gains)), called with [1, 2, 3] and [4, 5, 6], the layer"
    case .substitute, .otherSubstitute:
      "With \(brief(gains)) standing in for gain during the call, the layer"
    case .gainGradient: "The gradient of the outputs' sum with respect to gain, for [1, 2, 3] and [4, 5, 6],"
    case .gainGradientOfSquares:
      "The gradient of the sum of the outputs' squares with respect to gain, for gain = [2, 10, −1],"
    case .inputGradient:
      "The gradient of the outputs' sum with respect to the inputs, for gain = [2, 10, −1],"
    case .inputGradientOfSquares:
      "The gradient of the sum of the outputs' squares with respect to the inputs, for gain = [2, 10, −1],"
    }
  }

  /// The gains during the call.
  fileprivate var gains: [Float] {
    switch self {
    case .new, .built, .outputs: [1, 1, 1]
    case .otherGains: [0.5, 3, 4]
    case .substitute: [0, 1, 0]
    case .otherSubstitute: [3, 0, 2]
    case .newGains, .gainGradient, .gainGradientOfSquares, .inputGradient, .inputGradientOfSquares:
      [2, 10, -1]
    }
  }

  /// What is asked for: outputs, or the gradient of their sum, or that of the sum of their squares; `function` has the
  /// outputs, and their slopes with respect to the gain and to the input of their column.
  fileprivate func numbers(_ function: [(output: Float, toGain: Float, toInput: Float)]) -> [Float] {
    func byColumn(_ numbers: [Float]) -> [Float] { (0..<3).map { numbers[$0] + numbers[$0 + 3] } }
    switch self {
    case .gainGradient: return byColumn(function.map(\.toGain))
    case .gainGradientOfSquares: return byColumn(function.map { 2 * $0.output * $0.toGain })
    case .inputGradient: return function.map(\.toInput)
    case .inputGradientOfSquares: return function.map { 2 * $0.output * $0.toInput }
    default: return function.map(\.output)
    }
  }
}

private typealias Element = (output: Float, toGain: Float, toInput: Float)

/// What the layer computes for each number of the batch; right as it is.
private func outputs(
  of question: Question0403, gains: [Float]? = nil,
  _ element: (_ x: Float, _ gain: Float) -> Element = { ($0 * $1, $0, $1) }
) -> [Element] {
  let gains = gains ?? question.gains
  return Question0403.batch.indices.map { element(Question0403.batch[$0], gains[$0 % 3]) }
}

private func misconceptions() -> [Misconception<Question0403, [Float]>] {
  func isSubstitute(_ question: Question0403) -> Bool { [.substitute, .otherSubstitute].contains(question) }
  func isOfGain(_ question: Question0403) -> Bool {
    [.gainGradient, .gainGradientOfSquares].contains(question)
  }
  return [
    Misconception("added") {
      $0.numbers(outputs(of: $0) { ($0 + $1, 1, 1) })
    } because: { _ in
      "You added the gains. A gain multiplies."
    },
    Misconception(
      "read-too-early", section: mistakes,
      givesOneOf: [
        // Read once, while all gains are 1: whether the gradient finds its way is open.
        { isOfGain($0) ? nil : $0.numbers(outputs(of: $0, gains: [1, 1, 1])) },
        // Read in some calls: one that was made before the substitute came.
        { $0.numbers(outputs(of: $0, gains: isSubstitute($0) ? [1, 1, 1] : nil)) },
        { $0.numbers(outputs(of: $0, gains: isSubstitute($0) ? [2, 10, -1] : nil)) },
      ],
      because: { _ in
        "Your layer goes on with other gains than those that are there during the call, so they were read too early, or "
          + "not at all. Ask the weight for its value in every call: optimizers and quantization put others there."
      }),
    Misconception(
      "gradient-lost",
      givesOneOf: [
        { $0.numbers(outputs(of: $0) { ($0 * $1, 0, $1) }) },
        { $0.numbers(outputs(of: $0) { ($0 * $1, $0, 0) }) },
        { $0.numbers(outputs(of: $0) { ($0 * $1, 0, 0) }) },
      ],
      because: { _ in
        "The outputs are right, and yet this gradient is lost: a tensor made from plain numbers, or a detached one, "
          + "forgets where it came from. Multiply the tensors themselves, and the gradient finds its way."
      }),
  ]
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
