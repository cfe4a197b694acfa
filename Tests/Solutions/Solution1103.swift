import ExerciseKit

/// The reference solution of exercise 11.3.
public enum Solution1103: Exercise1103 {
  /// The answer.
  public static func position(
    weight: Float, scale: Float, sigmoid: Float, codes: ClosedRange<Int>
  ) throws -> Float {
    let h = min(max(sigmoid * 1.2 - 0.1, 0), 1)
    let place = (weight / scale).rounded(.down) + h
    return min(max(place, Float(codes.lowerBound)), Float(codes.upperBound))
  }
}

/// Wrong answers to exercise 11.3, each named for its misunderstanding.
public enum Wrong1103 {
  /// The answers.
  public static let all: [WrongAnswer] =
    Deciding.edits.filter { !$0.truths.isEmpty }.map { edit in
      var settings = Deciding()
      edit.change(&settings)
      return WrongAnswer(edit.name, settings.observed)
    } + [
      WrongAnswer(
        "wrong-value",
        ObservedAnswer(.upOrDown) { (_: Float, _: Float, _: Float, _: ClosedRange<Int>) in Float(100) })
    ]
}

/// A way to place a weight between two codes, of which parts may be wrong.
struct Deciding: Sendable {
  var below: @Sendable (_ weight: Float, _ scale: Float) -> Float = { ($0 / $1).rounded(.down) }
  var up: @Sendable (_ sigmoid: Float) -> Float = { min(max($0 * 1.2 - 0.1, 0), 1) }
  /// What becomes of the code below and h, with the lowest and the highest code.
  var place: @Sendable (_ below: Float, _ up: Float, _ lowest: Float, _ highest: Float) -> Float = {
    min(max($0 + $1, $2), $3)
  }
  var real = false

  var observed: ObservedAnswer {
    ObservedAnswer(.upOrDown) { (weight: Float, scale: Float, sigmoid: Float, codes: ClosedRange<Int>) in
      let found = place(below(weight, scale), up(sigmoid), Float(codes.lowerBound), Float(codes.upperBound))
      return real ? found * scale : found
    }
  }

  static let edits: [Edit<Deciding>] = [
    Edit("towards-zero") { $0.below = { ($0 / $1).rounded(.towardZero) } },
    Edit("nearest-first") { $0.below = { ($0 / $1).rounded() } },
    Edit("begins-above") { $0.below = { ($0 / $1).rounded(.up) } },
    Edit("fraction-kept") { $0.below = { $0 / $1 } },
    Edit("scale-forgotten") { settings in settings.below = { weight, _ in weight.rounded(.down) } },
    Edit("scale-multiplied") { $0.below = { ($0 * $1).rounded(.down) } },
    Edit(unnamed: "one lower") { $0.below = { ($0 / $1).rounded(.down) - 1 } },
    Edit("not-stretched") { $0.up = { $0 } },
    Edit("h-unlimited") { $0.up = { $0 * 1.2 - 0.1 } },
    Edit("one-point-one") { $0.up = { min(max($0 * 1.1 - 0.1, 0), 1) } },
    Edit("not-shifted") { $0.up = { min($0 * 1.2, 1) } },
    Edit("decided-at-once") { $0.up = { $0 >= 0.5 ? 1 : 0 } },
    Edit("upside-down") { $0.up = { 1 - min(max($0 * 1.2 - 0.1, 0), 1) } },
    Edit(unnamed: "always up") { settings in settings.up = { _ in 1 } },
    Edit("codes-unlimited") { settings in settings.place = { below, up, _, _ in below + up } },
    Edit("clipped-too-early") { $0.place = { min(max($0, $2), $3) + $1 } },
    Edit(unnamed: "clipped at 0") { settings in
      settings.place = { below, up, _, highest in min(max(below + up, 0), highest) }
    },
    Edit("real-again") { $0.real = true },
  ]
}
