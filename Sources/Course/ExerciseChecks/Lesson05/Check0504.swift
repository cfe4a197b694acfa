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
    exercise: .clipCall, questions: Question0504.allCases, wording: \.wording, right: { $0.given(Clip()) },
    same: { $0 == $1 }, written: { $0 }, misconceptions: aboutValues() + aboutGradients(),
    otherwise: \.explanation
  ).findings { try answer.call($0) }
}

/// What becomes of a number: right as it is, and wrong with the change that a misconception makes.
private struct Clip {
  /// The ends that it goes on with, for those that are set.
  var ends: (_ low: Float, _ high: Float) -> (low: Float, high: Float) = { ($0, $1) }
  /// Whether what goes into the layer is clipped.
  var clipsInputs = true
  /// Whether the layer, which squares, is called.
  var callsLayer = true
  /// Whether what the layer puts out is clipped.
  var clipsOutputs = false
  /// What the layer adds: 1 in training.
  var extra: (_ isTraining: Bool) -> Float = { $0 ? 1 : 0 }
  /// Whether a gradient reaches the lower end.
  var reachesLow = true
  /// Whether a gradient reaches the upper end.
  var reachesHigh = true
  /// Whether a gradient reaches inputs that were not clipped.
  var reachesInside = true
  /// Whether a gradient reaches inputs that were clipped.
  var reachesOutside = false

  /// The output for a number, and its slopes.
  func output(
    _ x: Float, _ question: Question0504
  ) -> (value: Float, toLow: Float, toHigh: Float, toInput: Float) {
    let (low, high) = ends(question.ends.low, question.ends.high)
    func clipped(_ x: Float) -> Float { min(max(x, low), high) }
    let seen = clipsInputs ? clipped(x) : x
    let inner = callsLayer ? seen * seen + extra(question.isTraining) : seen
    let slope = callsLayer ? 2 * seen : 1
    let value = clipsOutputs ? clipped(inner) : inner
    typealias Side = (low: Float, high: Float, inside: Float)
    func side(_ number: Float, isClipped: Bool) -> Side {
      guard isClipped, number < low || number > high else { return (0, 0, 1) }
      return number < low ? (1, 0, 0) : (0, 1, 0)
    }
    let (before, behind) = (side(x, isClipped: clipsInputs), side(inner, isClipped: clipsOutputs))
    let arriving = behind.inside * slope
    return (
      value, reachesLow ? behind.low + arriving * before.low : 0,
      reachesHigh ? behind.high + arriving * before.high : 0,
      arriving * (before.inside == 1 ? (reachesInside ? 1 : 0) : (reachesOutside ? 1 : 0))
    )
  }
}

extension Question0504 {
  fileprivate var wording: String {
    let call = "call(\(brief(Self.inputs))) with low \(brief(ends.low)) and high \(brief(ends.high))"
    switch self {
    case .outputs, .lowerHigh, .higherLow: return "\(call), and a layer that squares,"
    case .ofHigh, .ofLowerHigh: return "The gradient of the sum of \(call) with respect to high"
    case .ofLow, .ofHigherLow: return "The gradient of the sum of \(call) with respect to low"
    case .ofInputs, .ofInputsToLowerHigh:
      return "The gradient of the sum of \(call) with respect to its inputs"
    case .training, .trainingToLowerHigh:
      return "\(call) in training, and a layer that squares and then adds 1,"
    }
  }

  /// What a call gives.
  fileprivate func given(_ clip: Clip) -> String {
    let outputs = Self.inputs.map { clip.output($0, self) }
    switch self {
    case .ofHigh, .ofLowerHigh: return brief(outputs.reduce(0) { $0 + $1.toHigh })
    case .ofLow, .ofHigherLow: return brief(outputs.reduce(0) { $0 + $1.toLow })
    case .ofInputs, .ofInputsToLowerHigh: return brief(outputs.map(\.toInput))
    case .outputs, .lowerHigh, .higherLow, .training, .trainingToLowerHigh: return brief(outputs.map(\.value))
    }
  }

  /// What to think of where no misconception is recognised.
  fileprivate var explanation: String {
    let seen = brief(Self.inputs.map { min(max($0, ends.low), ends.high) })
    switch self {
    case .outputs, .lowerHigh, .higherLow:
      return "What reaches the layer is \(seen), and the layer squares it."
    case .ofHigh, .ofLowerHigh:
      return
        "What reaches the layer is \(seen). Every number that was clipped to high comes out as high · high, whose "
        + "slope is 2 · high."
    case .ofLow, .ofHigherLow:
      return
        "What reaches the layer is \(seen). Every number that was clipped to low comes out as low · low, whose slope "
        + "is 2 · low."
    case .ofInputs, .ofInputsToLowerHigh:
      return
        "What reaches the layer is \(seen). Those that were clipped have no say; the others have the slope of their "
        + "square."
    case .training, .trainingToLowerHigh:
      return "What reaches the layer is \(seen), and in training it adds 1 to each square."
    }
  }
}

private func gives(_ clip: Clip) -> (Question0504) -> String? { { $0.given(clip) } }

private func aboutValues() -> [Misconception<Question0504, String>] {
  let training = { (question: Question0504) in question.isTraining }
  return [
    Misconception("clips-the-outputs", gives: gives(Clip(clipsInputs: false, clipsOutputs: true))) { _ in
      "You clipped what the layer puts out. ClipWrapper clips what comes in, before the layer is called with it."
    },
    Misconception("layer-not-called", gives: gives(Clip(callsLayer: false))) { _ in
      "Those are the clipped inputs. The layer has yet to be called with them."
    },
    Misconception("not-clipped", gives: gives(Clip(clipsInputs: false))) { _ in
      "Nothing has been clipped: numbers beyond the ends have reached the layer."
    },
    Misconception(
      "one-end-forgotten",
      givesOneOf: [
        gives(Clip(ends: { (-.infinity, $1) })), gives(Clip(ends: { low, _ in (low, .infinity) })),
      ]
    ) { _ in
      "You clipped at one end only. There are two, and on each side of them lies one of the four numbers."
    },
    Misconception(
      "ends-are-fixed", gives: gives(Clip(ends: { _, _ in (-6, 6) }, reachesLow: false, reachesHigh: false))
    ) {
      "The ends are \(brief($0.ends.low)) and \(brief($0.ends.high)) now, and yours went on with −6 and 6. They are "
        + "weights: read their values in every call."
    },
    Misconception("training-forgotten", gives: gives(Clip(extra: { _ in 0 }))) { _ in
      "The layer was not told that it is called in training. Hand `training` on to it."
    },
    Misconception(
      "training-always", gives: { training($0) ? $0.given(Clip()) : $0.given(Clip(extra: { _ in 1 })) }
    ) { _ in
      "The layer was told that it is in training, though it was not. Hand on what the call is told."
    },
  ]
}

private func aboutGradients() -> [Misconception<Question0504, String>] {
  let gradients = "lesson 5, \"Gradients through the clip\""
  return [
    Misconception(
      "ends-as-numbers", section: gradients, gives: gives(Clip(reachesLow: false, reachesHigh: false))
    ) { _ in
      "The outputs are right, and yet high and low get no gradient: a plain number, as `scalar` gives it, or a detached "
        + "tensor has no history. Use the weights' values as tensors."
    },
    Misconception(
      "one-end-as-a-number", section: gradients,
      givesOneOf: [
        gives(Clip(reachesLow: false)), gives(Clip(reachesHigh: false)),
      ]
    ) { _ in
      "One end learns and the other does not: its value became a plain number on the way. Use it as a tensor."
    },
    Misconception(
      "inputs-detached", section: gradients, gives: gives(Clip(reachesInside: false))
    ) { _ in
      "No gradient reaches the inputs, so no layer below this one would learn. Clip them as a tensor, and not number by "
        + "number."
    },
    Misconception("straight-through", section: gradients, gives: gives(Clip(reachesOutside: true))) { _ in
      "Your gradient passes where the clip holds. It passes a rounding straight through, but numbers beyond the ends were "
        + "clipped: however they move, nothing else comes out."
    },
  ]
}
