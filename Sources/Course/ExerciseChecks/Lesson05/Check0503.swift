import ExerciseKit

/// Checks an answer to exercise 05.3.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0503).Type) throws -> [Finding] {
  try check0503(Remote(observed(answer)))
}

/// Checks an answer to exercise 05.3 that runs anywhere.
func check0503(_ answer: Remote) throws -> [Finding] {
  func findings(
    _ questions: [Question0503], _ misconceptions: [Misconception<Question0503, String>], evidence: Int
  ) throws -> [Finding] {
    try Examination<Question0503, String>(
      exercise: .ownWrapper, questions: questions, wording: \.wording, right: { $0.given() },
      same: { $0 == $1 }, written: { $0.isEmpty ? "none" : $0 }, misconceptions: misconceptions,
      evidence: evidence, otherwise: \.explanation
    ).findings { try answer.call($0) }
  }
  // The list of weights says by itself which are missing.
  let found = try findings([.weights], aboutBuilding(), evidence: 1)
  return try found.isEmpty
    ? findings(Question0503.allCases.filter { $0 != .weights }, aboutCalling(), evidence: 2) : found
}

/// What a wrapper computes for an input x: right as it is, and wrong with the change that a misconception makes.
private struct Computed {
  /// The scale that it goes on with, for the one that is set.
  var scale: (_ set: Float?) -> Float = { $0 ?? 1 }
  /// The output, and its slope with respect to the scale.
  var output: (_ x: Float, _ scale: Float, _ extra: Float) -> (Float, toScale: Float) = {
    (($0 * $0 + $2) * $1, $0 * $0 + $2)
  }
  /// What the layer adds: 1 in training.
  var extra: (_ isTraining: Bool) -> Float = { $0 ? 1 : 0 }
  /// The words in place of a gradient.
  var noGradient: String?
}

extension Question0503 {
  fileprivate var wording: String {
    let set = scale.map { ", with its scale set to \(brief($0))," } ?? ", for a layer that squares,"
    switch self {
    case .weights:
      return "The weights of wrapped(layer) once it is built, for a layer square with one weight,"
    case .outputs, .scaled, .negative: return "wrapped(layer) of [1, 3]\(set)"
    case .gradient: return "The gradient of the sum of wrapped(layer) of [1, 3] with respect to scale"
    case .gradientOfSquares:
      return
        "The gradient, at scale 3, of the sum of the squares of wrapped(layer) of [1, 3] with respect to scale"
    case .training: return "wrapped(layer) of [1, 3] in training, for a layer that squares and then adds 1,"
    case .trainingScaled: return "wrapped(layer) of [1, 3] in training\(set)"
    }
  }

  /// What the right wrapper gives, or a wrong one.
  fileprivate func given(_ computed: Computed = Computed()) -> String {
    if self == .weights { return "scale, square/kernel" }
    let scale = computed.scale(self.scale)
    let extra = computed.extra(self == .training || self == .trainingScaled)
    let outputs = [1, 3].map { computed.output($0, scale, extra) }
    switch self {
    case .gradient: return computed.noGradient ?? brief(outputs.reduce(0) { $0 + $1.toScale })
    case .gradientOfSquares:
      return computed.noGradient ?? brief(outputs.reduce(0) { $0 + 2 * $1.0 * $1.toScale })
    default: return brief(outputs.map(\.0))
    }
  }

  /// What to think of where no misconception is recognised.
  fileprivate var explanation: String {
    switch self {
    case .weights: "The wrapper has one weight of its own, called scale, and the layer inside has its own."
    case .outputs: "A scale of 1 changes nothing: what the layer puts out is what the wrapper puts out."
    case .scaled, .negative:
      "The layer puts out [1, 9], and the wrapper multiplies that by the scale it finds."
    case .gradient: "Each output grows with scale as fast as what the layer put out: 1 and 9."
    case .gradientOfSquares:
      "The outputs are [3, 27]. A square grows twice as fast as its number, times that number: 2 · 3 · 1 + 2 · 27 · 9."
    case .training, .trainingScaled:
      "The layer inside puts out [2, 10] in training, and the wrapper multiplies that by the scale it finds."
    }
  }
}

private func aboutBuilding() -> [Misconception<Question0503, String>] {
  [
    Misconception("super-forgotten", section: "lesson 5, \"What could go wrong: building\"") { _ in
      "scale"
    } because: { _ in
      "The layer inside has not been built. A `build` of one's own still has to let the wrapper do its part, "
        + "by `super`."
    },
    Misconception("no-weight") { _ in
      "square/kernel"
    } because: { _ in
      "The wrapper has no weight of its own. A number in a property is not one: it is not saved, not found by "
        + "name, and does not learn. `build` makes weights, by `addWeight`."
    },
    Misconception("made-late") { _ in
      ""
    } because: { _ in
      "Nothing has been built at all. Weights are made in `build(inputShape:)`, before the first call."
    },
  ]
}

private func aboutCalling() -> [Misconception<Question0503, String>] {
  let gradients = "lesson 5, \"Gradients through the clip\""
  func gives(_ computed: Computed) -> (Question0503) -> String? { { $0.given(computed) } }
  return [
    Misconception(
      "read-in-build", section: "lesson 5, \"What could go wrong: building\"",
      // Whether the gradient finds its way is open.
      gives: { [.gradient, .gradientOfSquares].contains($0) ? nil : $0.given(Computed(scale: { _ in 1 })) }
    ) { _ in
      "The scale was set to another number and yours went on with 1, so the value was read too early, or not at all. "
        + "Read it in `call`, every time."
    },
    Misconception("starts-at-zero", gives: gives(Computed(scale: { $0 ?? 0 }))) { _ in
      "Your scale starts at 0, and nothing comes out. Asked for is 1, so that a fresh wrapper changes nothing."
    },
    Misconception(
      "before-not-after", gives: gives(Computed(output: { (($0 * $1) * ($0 * $1) + $2, 2 * $0 * $0 * $1) }))
    ) { _ in
      "You multiplied what goes into the layer. The layer squares, so it matters on which side of it the scale "
        + "stands: asked for is what the layer puts out, times the scale."
    },
    Misconception("value-as-a-number", section: gradients, gives: gives(Computed(noGradient: "0"))) { _ in
      "The outputs are right, and yet scale gets no gradient: a plain number, as `scalar` gives it, or a "
        + "detached tensor has no history. Multiply by the weight's value itself."
    },
    Misconception("does-not-learn", gives: gives(Computed(noGradient: "none: scale does not learn"))) { _ in
      "Your scale is a weight that training leaves alone. Leave `trainable` as it is."
    },
    Misconception("training-forgotten", gives: gives(Computed(extra: { _ in 0 }))) { _ in
      "The layer was not told that it is called in training. Hand `training` on to it: Dropout and batch "
        + "normalization depend on it."
    },
    Misconception("training-always", gives: gives(Computed(extra: { _ in 1 }))) { _ in
      "The layer was told that it is in training, though it was not. Hand on what the wrapper is told."
    },
  ]
}
