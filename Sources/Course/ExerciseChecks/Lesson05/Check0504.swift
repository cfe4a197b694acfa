import ExerciseKit

/// Checks an answer to exercise 05.4.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0504).Type) throws -> [Finding] {
  try check0504(Remote(observed(answer)))
}

/// Checks an answer to exercise 05.4 that runs anywhere.
func check0504(_ answer: Remote) throws -> [Finding] {
  try Examination<Question0504, String>(
    exercise: .clipCall, questions: Question0504.allCases, wording: \.rawValue, right: \.right,
    same: { $0 == $1 }, written: { $0 }, misconceptions: aboutValues() + aboutGradients(),
    otherwise: \.explanation
  ).findings { try answer.call($0) }
}

extension Question0504 {
  /// What the right call gives.
  fileprivate var right: String {
    switch self {
    case .outputs: "[36, 4, 9, 36]"
    case .smallerMax: "[36, 4, 1, 1]"
    case .maxGradient: "12"
    case .minGradient: "−12"
    case .inputGradient: "[0, −4, 6, 0]"
    case .training: "[37, 5, 10, 37]"
    }
  }

  /// The explanation of a wrong answer in which no misconception is recognised.
  fileprivate var explanation: String {
    switch self {
    case .outputs: "What reaches the layer is [−6, −2, 3, 6], and the layer squares it."
    case .smallerMax: "What reaches the layer is [−6, −2, 1, 1], and the layer squares it."
    case .maxGradient: "9 was clipped to max, 6, and squared: the slope of 6² is 2 · 6."
    case .minGradient: "−8 was clipped to min, −6, and squared: the slope there is 2 · (−6)."
    case .inputGradient: "−8 and 9 were clipped and have no say; the others have the slope of their square."
    case .training: "The layer inside computes something else in training, so it has to be told."
    }
  }
}

private func gives(_ answer: String, to question: Question0504) -> (Question0504) -> String? {
  { $0 == question ? answer : $0.right }
}

private func aboutValues() -> [Misconception<Question0504, String>] {
  [
    Misconception("clips-the-outputs", gives: gives("[6, 4, 6, 6]", to: .outputs)) { _ in
      "You clipped what the layer puts out. ClipWrapper clips what comes in, before the layer is called with it."
    },
    Misconception("layer-not-called", gives: gives("[−6, −2, 3, 6]", to: .outputs)) { _ in
      "Those are the clipped inputs. The layer has yet to be called with them."
    },
    Misconception("not-clipped", gives: gives("[64, 4, 9, 81]", to: .outputs)) { _ in
      "Nothing has been clipped: −8 and 9 have reached the layer."
    },
    Misconception(
      "one-end-forgotten", givesOneOf: { $0 == .outputs ? ["[64, 4, 9, 36]", "[36, 4, 9, 81]"] : [$0.right] }
    ) {
      _ in
      "You clipped at one end only. There are two, and on each side of them lies one of the four numbers."
    },
    Misconception("ends-are-fixed", gives: gives("[36, 4, 9, 36]", to: .smallerMax)) { _ in
      "max is 1 now, and yours went on with 6. The ends are weights: read their values in every call."
    },
    Misconception("training-forgotten", gives: gives("[36, 4, 9, 36]", to: .training)) { _ in
      "The layer was not told that it is called in training. Hand `training` on to it."
    },
    Misconception("training-always", gives: gives("[37, 5, 10, 37]", to: .outputs)) { _ in
      "The layer was told that it is in training, though it was not. Hand on what the call is told."
    },
  ]
}

private func aboutGradients() -> [Misconception<Question0504, String>] {
  let gradients = "lesson 5, \"Gradients through the clip\""
  return [
    Misconception("ends-as-numbers", section: gradients, gives: gives("0", to: .maxGradient)) { _ in
      "The outputs are right, and yet max gets no gradient: a plain number, as `scalar` gives it, has no history. Use "
        + "the weights' values as tensors."
    },
    Misconception("low-end-as-a-number", section: gradients, gives: gives("0", to: .minGradient)) { _ in
      "max learns and min does not: its value became a plain number on the way. Use it as a tensor."
    },
    Misconception(
      "inputs-detached", section: gradients, gives: gives("[0, 0, 0, 0]", to: .inputGradient)
    ) { _ in
      "No gradient reaches the inputs, so no layer below this one would learn. Clip them as a tensor, and not number by "
        + "number."
    },
    Misconception(
      "straight-through", section: gradients,
      gives: gives("[−12, −4, 6, 12]", to: .inputGradient)
    ) { _ in
      "Your gradient passes where the clip holds. It passes a rounding straight through, but −8 and 9 were clipped: "
        + "however they move, nothing else comes out."
    },
  ]
}
