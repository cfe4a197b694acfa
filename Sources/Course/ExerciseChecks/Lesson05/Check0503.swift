import ExerciseKit

/// Checks an answer to exercise 05.3.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0503).Type) throws -> [Finding] {
  try check0503(Remote(observed(answer)))
}

/// Checks an answer to exercise 05.3 that runs anywhere.
func check0503(_ answer: Remote) throws -> [Finding] {
  try Examination<Question0503, String>(
    exercise: .ownWrapper, questions: Question0503.allCases, wording: \.rawValue, right: \.right,
    same: { $0 == $1 }, written: { $0 }, misconceptions: aboutBuilding() + aboutCalling(),
    otherwise: \.explanation
  ).findings { try answer.call($0) }
}

extension Question0503 {
  /// What the right wrapper gives.
  fileprivate var right: String {
    switch self {
    case .weights: "scale, square/kernel"
    case .outputs: "[1, 9]"
    case .scaled: "[3, 27]"
    case .gradient: "10"
    case .training: "[2, 10]"
    }
  }

  /// The explanation of a wrong answer in which no misconception is recognised.
  fileprivate var explanation: String {
    switch self {
    case .weights: "The wrapper has one weight of its own, called scale, and the layer inside has its own."
    case .outputs: "A scale of 1 changes nothing: what the layer puts out is what the wrapper puts out."
    case .scaled: "The layer puts out [1, 9], and the wrapper multiplies that by the scale it finds."
    case .gradient: "Each output grows with scale as fast as what the layer put out: 1 and 9."
    case .training: "The layer inside computes something else in training, so it has to be told."
    }
  }
}

private func aboutBuilding() -> [Misconception<Question0503, String>] {
  let building = "lesson 5, \"What could go wrong: building\""
  func gives(_ answer: String, to question: Question0503) -> (Question0503) -> String? {
    { $0 == question ? answer : $0.right }
  }
  return [
    Misconception("super-forgotten", section: building, gives: gives("scale", to: .weights)) { _ in
      "The layer inside has not been built. A `build` of one's own still has to let the wrapper do its part, "
        + "by `super`."
    },
    Misconception("no-weight", gives: gives("square/kernel", to: .weights)) { _ in
      "The wrapper has no weight of its own. A number in a property is not one: it is not saved, not found by "
        + "name, and does not learn. `build` makes weights, by `addWeight`."
    },
    Misconception("made-late", gives: gives("", to: .weights)) { _ in
      "Nothing has been built at all. Weights are made in `build(inputShape:)`, before the first call."
    },
    Misconception("read-in-build", section: building, gives: gives("[1, 9]", to: .scaled)) { _ in
      "The scale was set to 3 and yours went on with 1, so the value was read too early, or not at all. Read "
        + "it in `call`, every time."
    },
  ]
}

private func aboutCalling() -> [Misconception<Question0503, String>] {
  let gradients = "lesson 5, \"Gradients through the clip\""
  func gives(_ answer: String, to question: Question0503) -> (Question0503) -> String? {
    { $0 == question ? answer : $0.right }
  }
  return [
    Misconception("starts-at-zero", gives: gives("[0, 0]", to: .outputs)) { _ in
      "Your scale starts at 0, and nothing comes out. Asked for is 1, so that a fresh wrapper changes nothing."
    },
    Misconception("before-not-after", gives: gives("[9, 81]", to: .scaled)) { _ in
      "You multiplied what goes into the layer. The layer squares, so it matters on which side of it the scale "
        + "stands: asked for is what the layer puts out, times the scale."
    },
    Misconception("value-as-a-number", section: gradients, gives: gives("0", to: .gradient)) { _ in
      "The outputs are right, and yet scale gets no gradient: a plain number, as `scalar` gives it, or a "
        + "detached tensor has no history. Multiply by the weight's value itself."
    },
    Misconception("does-not-learn", gives: gives("none: scale does not learn", to: .gradient)) { _ in
      "Your scale is a weight that training leaves alone. Leave `trainable` as it is."
    },
    Misconception("training-forgotten", gives: gives("[1, 9]", to: .training)) { _ in
      "The layer was not told that it is called in training. Hand `training` on to it: Dropout and batch "
        + "normalization depend on it."
    },
    Misconception("training-always", gives: gives("[2, 10]", to: .outputs)) { _ in
      "The layer was told that it is in training, though it was not. Hand on what the wrapper is told."
    },
  ]
}
