import Layers
import Tensors

/// Exercise 05.4: ClipWrapper's call.
public protocol Exercise0504: Sendable {
  /// What `ClipWrapper.call` gives: the layer's outputs for inputs clipped to two weights.
  ///
  /// The gradient of an input that was not clipped reaches the input; otherwise it reaches the weight that clipped it.
  /// `clipped` does the clip; for more of a challenge, make it of nothing but `relu`, + and −.
  ///
  /// By hand first: inputs [−8, −2, 3, 9], min −6, max 6, and a layer that squares. What reaches the layer? What comes
  /// out? And what is the gradient of the sum with respect to max?
  ///
  /// - Parameters:
  ///   - inputs: The wrapper's inputs.
  ///   - min: The weight that clips from below, of shape `[]`; it is below `max`.
  ///   - max: The weight that clips from above, of shape `[]`.
  ///   - layer: The layer inside, which gets the clipped inputs.
  ///   - training: Whether this is a call in training; the layer gets it too.
  /// - Returns: The layer's outputs.
  /// - Throws: `Todo` until it is solved.
  static func call(
    _ inputs: Tensor, min: Variable, max: Variable, layer: Layer, training: Bool
  ) throws -> Tensor
}

extension Exercise {
  /// ClipWrapper's call.
  public static let clipCall = Exercise(
    "05.4", "ClipWrapper's call", section: "lesson 5, \"The wrapper\"",
    crash: "A shape does not fit, probably: the two weights are single numbers, of shape [].",
    hints: [
      "In which order do the two things happen, the clip and the layer's own call? What would a layer that squares give "
        + "in the other order?",
      "Read \"The wrapper\" and \"Gradients through the clip\" in lesson 5. Whatever has to get a gradient must stay a "
        + "tensor on the way.",
      "For the challenge: `(x - low).relu()` is how far x lies above low, or 0. Add that to low, and you have the lower "
        + "clip. What is too much at the upper end can be written in the same way, and taken off.",
    ])
}

/// Checks an answer to exercise 05.4.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0504).Type) throws -> [Finding] {
  try Examination<Question0504, String>(
    exercise: .clipCall, questions: Question0504.allCases, wording: \.rawValue, right: \.right,
    same: { $0 == $1 }, written: { $0 }, misconceptions: aboutValues() + aboutGradients(),
    otherwise: \.explanation
  ).findings { try $0.asked(of: answer) }
}

/// The layer inside: x², and 1 more in training.
private final class Square: Layer {
  override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs.squared() + (training ? 1 : 0) }
}

private enum Question0504: String, CaseIterable {
  case outputs = "call([-8, -2, 3, 9]) with min -6, max 6 and a layer that squares"
  case smallerMax = "call([-8, -2, 3, 9]) with min -6, max 1 and a layer that squares"
  case maxGradient = "The gradient of the sum of call([-8, -2, 3, 9]) with respect to max"
  case minGradient = "The gradient of the sum of call([-8, -2, 3, 9]) with respect to min"
  case inputGradient = "The gradient of the sum of call([-8, -2, 3, 9]) with respect to its inputs"
  case training = "call([-8, -2, 3, 9]) in training, with a layer that squares and then adds 1,"

  /// What the right call gives.
  var right: String {
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
  var explanation: String {
    switch self {
    case .outputs: "What reaches the layer is [−6, −2, 3, 6], and the layer squares it."
    case .smallerMax: "What reaches the layer is [−6, −2, 1, 1], and the layer squares it."
    case .maxGradient: "9 was clipped to max, 6, and squared: the slope of 6² is 2 · 6."
    case .minGradient: "−8 was clipped to min, −6, and squared: the slope there is 2 · (−6)."
    case .inputGradient: "−8 and 9 were clipped and have no say; the others have the slope of their square."
    case .training: "The layer inside computes something else in training, so it has to be told."
    }
  }

  /// What a student's call gives, as one would write it on a board.
  func asked(of answer: (some Exercise0504).Type) throws -> String {
    let inputs = Variable("inputs", Tensor([-8, -2, 3, 9], shape: [4, 1]))
    let low = Variable("min", Tensor(-6))
    let high = Variable("max", Tensor(self == .smallerMax ? 1 : 6))
    let outputs = try answer.call(
      inputs.value, min: low, max: high, layer: Square(), training: self == .training)
    func gradient(_ variable: Variable) -> [Float] { outputs.sum().gradients(of: [variable])[0].values }
    switch self {
    case .maxGradient: return brief(gradient(high)[0])
    case .minGradient: return brief(gradient(low)[0])
    case .inputGradient: return brief(gradient(inputs))
    default: return brief(outputs.values)
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
