import ExerciseKit

/// The reference solution of exercise 07.1.
public enum Solution0701: Exercise0701 {
  /// The answer.
  public static func multiplier(for real: Double) throws -> (mantissa: Int32, shift: Int) {
    let shift = Int(real.exponent) + 1
    let mantissa = Int64((real.significand * 0x1p30).rounded())
    return mantissa == 1 << 31 ? (1 << 30, shift + 1) : (Int32(mantissa), shift)
  }
}

/// Wrong answers to exercise 07.1, each named for its misunderstanding.
public enum Wrong0701 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("shift-reversed", observed(ShiftReversed.self)),
    WrongAnswer("shift-of-the-significand", observed(OfTheSignificand.self)),
    WrongAnswer("not-normalized", observed(NotNormalized.self)),
    WrongAnswer("bit-lost", observed(BitLost.self)),
    WrongAnswer("fraction-cut", observed(FractionCut.self)),
    WrongAnswer("carry-held-back", observed(CarryHeldBack.self)),
    WrongAnswer("wrong-value", observed(Nothing.self)),
  ]

  private enum ShiftReversed: Exercise0701 {
    static func multiplier(for real: Double) throws -> (mantissa: Int32, shift: Int) {
      let right = try Solution0701.multiplier(for: real)
      return (right.mantissa, -right.shift)
    }
  }
  private enum OfTheSignificand: Exercise0701 {
    static func multiplier(for real: Double) throws -> (mantissa: Int32, shift: Int) {
      (try Solution0701.multiplier(for: real).mantissa, Int(real.exponent))
    }
  }
  private enum NotNormalized: Exercise0701 {
    static func multiplier(for real: Double) -> (mantissa: Int32, shift: Int) {
      (Int32(min((real * 0x1p31).rounded(), 0x1p31 - 1)), 0)
    }
  }
  private enum BitLost: Exercise0701 {
    static func multiplier(for real: Double) -> (mantissa: Int32, shift: Int) {
      (Int32((real.significand * 0x1p29).rounded()), Int(real.exponent) + 2)
    }
  }
  private enum FractionCut: Exercise0701 {
    static func multiplier(for real: Double) -> (mantissa: Int32, shift: Int) {
      (Int32(real.significand * 0x1p30), Int(real.exponent) + 1)
    }
  }
  private enum CarryHeldBack: Exercise0701 {
    static func multiplier(for real: Double) -> (mantissa: Int32, shift: Int) {
      (Int32(min((real.significand * 0x1p30).rounded(), 0x1p31 - 1)), Int(real.exponent) + 1)
    }
  }
  private enum Nothing: Exercise0701 {
    static func multiplier(for real: Double) -> (mantissa: Int32, shift: Int) { (0, 0) }
  }
}
