import ExerciseKit

/// The reference solution of exercise 11.2.
public enum Solution1102: Exercise1102 {
  /// The answer.
  public static func corrected(
    bias: Float, weights: [Float], rounded: [Float], inputs: [[Float]]
  ) throws -> Float {
    var error: Float = 0
    for input in inputs {
      for (index, x) in input.enumerated() { error += (rounded[index] - weights[index]) * x }
    }
    return bias - error / Float(inputs.count)
  }
}

/// Wrong answers to exercise 11.2, each named for its misunderstanding.
public enum Wrong1102 {
  /// The answers.
  public static let all: [WrongAnswer] =
    Correcting.edits.filter { !$0.truths.isEmpty }.map { edit in
      var settings = Correcting()
      edit.change(&settings)
      return WrongAnswer(edit.name, settings.observed)
    } + [
      WrongAnswer(
        "wrong-value",
        ObservedAnswer(.correctedBias) { (_: Float, _: [Float], _: [Float], _: [[Float]]) in Float(0) })
    ]
}

/// A way to correct a bias, of which parts may be wrong.
struct Correcting: Sendable {
  /// What one input's sum has too much.
  var error: @Sendable (_ weights: [Float], _ rounded: [Float], _ input: [Float]) -> Float = {
    weights, rounded, input in
    zip(zip(rounded, weights), input).reduce(0) { $0 + ($1.0.0 - $1.0.1) * $1.1 }
  }
  /// What the errors of all inputs become, with the number of weights.
  var mean: @Sendable (_ errors: [Float], _ weights: Int) -> Float = { errors, _ in
    errors.reduce(0, +) / Float(errors.count)
  }
  var bias: @Sendable (_ bias: Float, _ mean: Float) -> Float = { $0 - $1 }

  var observed: ObservedAnswer {
    ObservedAnswer(.correctedBias) { (bias: Float, weights: [Float], rounded: [Float], inputs: [[Float]]) in
      self.bias(bias, mean(inputs.map { error(weights, rounded, $0) }, weights.count))
    }
  }

  private static func sum(_ values: [Float]) -> Float { values.reduce(0, +) }

  static let edits: [Edit<Correcting>] = [
    Edit("inputs-forgotten") { settings in
      settings.error = { weights, rounded, _ in sum(rounded) - sum(weights) }
    },
    Edit("weights-moved-backwards") { settings in
      settings.error = { weights, rounded, input in
        sum(zip(zip(rounded, weights), input).map { abs($0.0.0 - $0.0.1) * $0.1 })
      }
    },
    Edit("output-taken-away") { settings in
      settings.error = { _, rounded, input in sum(zip(rounded, input).map { $0 * $1 }) }
    },
    Edit(unnamed: "halves the inputs") { settings in
      settings.error = { weights, rounded, input in
        sum(zip(zip(rounded, weights), input).map { ($0.0.0 - $0.0.1) * $0.1 / 2 })
      }
    },
    Edit("sum-for-mean") { settings in settings.mean = { errors, _ in sum(errors) } },
    Edit("divided-by-all") { $0.mean = { sum($0) / Float($0.count * $1) } },
    Edit("divided-by-weights") { $0.mean = { sum($0) / Float($1) } },
    Edit("first-input-alone") { settings in settings.mean = { errors, _ in errors.first ?? 0 } },
    Edit("last-input-alone") { settings in settings.mean = { errors, _ in errors.last ?? 0 } },
    Edit("magnitudes") { settings in
      settings.mean = { errors, _ in sum(errors.map(\.magnitude)) / Float(errors.count) }
    },
    Edit("squares") { settings in
      settings.mean = { errors, _ in sum(errors.map { $0 * $0 }) / Float(errors.count) }
    },
    Edit(unnamed: "largest error") { settings in settings.mean = { errors, _ in errors.max() ?? 0 } },
    Edit("sign-turned") { $0.bias = { $0 + $1 } },
    Edit("correction-for-bias") { settings in settings.bias = { _, mean in -mean } },
    Edit(unnamed: "bias times mean") { $0.bias = { $0 * $1 } },
  ]
}
