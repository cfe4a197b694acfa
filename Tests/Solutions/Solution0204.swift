import ExerciseKit

/// The reference solution of exercise 02.4.
public enum Solution0204: Exercise0204 {
  /// The answer.
  public static func bestThreshold(for values: [Float], bits: Int, candidates: [Float]) throws -> Float {
    let last = Float((1 << (bits - 1)) - 1)
    func loss(_ threshold: Float) -> Float {
      let scale = threshold / last
      return values.reduce(0) { sum, value in
        let code = min(max((value / scale).rounded(.toNearestOrEven), -last), last)
        return sum + (code * scale - value) * (code * scale - value)
      }
    }
    return candidates.dropFirst().reduce(candidates[0]) { loss($1) < loss($0) ? $1 : $0 }
  }
}

/// Wrong answers to exercise 02.4, each named for its misunderstanding.
public enum Wrong0204 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("nothing-clipped", observed(Largest.self)),
    WrongAnswer("clipping-is-free", observed(MeanOfThoseInside.self)),
    WrongAnswer("clipping-is-free", observed(SumOfThoseInside.self)),
    WrongAnswer("clipping-is-free", observed(NotLimited.self)),
    WrongAnswer("magnitudes", observed(Magnitudes.self)),
    WrongAnswer("errors-cancel", observed(Signed.self)),
    WrongAnswer("levels-for-steps", observed(Levels.self)),
    WrongAnswer("both-sides-over-all-codes", observed(BothSides.self)),
    WrongAnswer("one-side-for-all-codes", observed(OneSide.self)),
    WrongAnswer("rounded-down", observed(RoundedDown.self)),
    WrongAnswer("wrong-value", observed(First.self)),
  ]

  /// The errors at a threshold, each with its value.
  private static func errors(
    _ values: [Float], _ bits: Int, _ threshold: Float, limited: Bool = true, levels: Bool = false
  ) -> [(value: Float, error: Float)] {
    let last = Float((1 << (bits - 1)) - (levels ? 0 : 1))
    return values.map { value in
      var code = (value * last / threshold).rounded(.toNearestOrEven)
      if limited { code = min(max(code, -last), last) }
      return (value, code * threshold / last - value)
    }
  }

  private static func least(_ candidates: [Float], by loss: (Float) -> Float) -> Float {
    candidates.dropFirst().reduce(candidates[0]) { loss($1) < loss($0) ? $1 : $0 }
  }

  private static func squares(_ errors: [(value: Float, error: Float)]) -> Float {
    errors.reduce(0) { $0 + $1.error * $1.error }
  }

  private enum Largest: Exercise0204 {
    static func bestThreshold(for values: [Float], bits: Int, candidates: [Float]) -> Float {
      candidates[candidates.count - 1]
    }
  }
  private enum MeanOfThoseInside: Exercise0204 {
    static func bestThreshold(for values: [Float], bits: Int, candidates: [Float]) -> Float {
      least(candidates) { threshold in
        let inside = errors(values, bits, threshold).filter { $0.value.magnitude <= threshold }
        return squares(inside) / Float(inside.count)
      }
    }
  }
  private enum SumOfThoseInside: Exercise0204 {
    static func bestThreshold(for values: [Float], bits: Int, candidates: [Float]) -> Float {
      least(candidates) { threshold in
        squares(errors(values, bits, threshold).filter { $0.value.magnitude <= threshold })
      }
    }
  }
  private enum NotLimited: Exercise0204 {
    static func bestThreshold(for values: [Float], bits: Int, candidates: [Float]) -> Float {
      least(candidates) { squares(errors(values, bits, $0, limited: false)) }
    }
  }
  private enum Magnitudes: Exercise0204 {
    static func bestThreshold(for values: [Float], bits: Int, candidates: [Float]) -> Float {
      least(candidates) { errors(values, bits, $0).reduce(0) { $0 + $1.error.magnitude } }
    }
  }
  private enum Signed: Exercise0204 {
    static func bestThreshold(for values: [Float], bits: Int, candidates: [Float]) -> Float {
      least(candidates) { errors(values, bits, $0).reduce(0) { $0 + $1.error }.magnitude }
    }
  }
  private enum Levels: Exercise0204 {
    static func bestThreshold(for values: [Float], bits: Int, candidates: [Float]) -> Float {
      least(candidates) { squares(errors(values, bits, $0, levels: true)) }
    }
  }
  private enum First: Exercise0204 {
    static func bestThreshold(for values: [Float], bits: Int, candidates: [Float]) -> Float { values[0] }
  }

  private static func least(
    _ values: [Float], _ bits: Int, _ candidates: [Float], by rule: FloatingPointRoundingRule,
    step: (Float) -> Float
  ) -> Float {
    let last = Float((1 << (bits - 1)) - 1)
    return least(candidates) { threshold in
      values.reduce(0) { sum, value in
        let code = min(max((value / step(threshold)).rounded(rule), -last), last)
        return sum + (code * step(threshold) - value) * (code * step(threshold) - value)
      }
    }
  }

  private enum BothSides: Exercise0204 {
    static func bestThreshold(for values: [Float], bits: Int, candidates: [Float]) -> Float {
      least(values, bits, candidates, by: .toNearestOrEven) { 2 * $0 / Float((1 << bits) - 1) }
    }
  }
  private enum OneSide: Exercise0204 {
    static func bestThreshold(for values: [Float], bits: Int, candidates: [Float]) -> Float {
      least(values, bits, candidates, by: .toNearestOrEven) { $0 / Float((1 << bits) - 1) }
    }
  }
  private enum RoundedDown: Exercise0204 {
    static func bestThreshold(for values: [Float], bits: Int, candidates: [Float]) -> Float {
      least(values, bits, candidates, by: .down) { $0 / Float((1 << (bits - 1)) - 1) }
    }
  }
}
