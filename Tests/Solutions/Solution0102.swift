import ExerciseKit

/// The reference solution of exercise 01.2.
public enum Solution0102: Exercise0102 {
  /// The answer.
  public static func zeroPoint(low: Float, scale: Float) throws -> Int {
    -128 + Int((-low / scale).rounded())
  }
}

/// Wrong answers to exercise 01.2, each named for its misunderstanding.
public enum Wrong0102 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("counted-from-zero", observed(CountedFromZero.self)),
    WrongAnswer("wrong-sign", observed(WrongSign.self)),
    WrongAnswer("truncated", observed(Truncated.self)),
    WrongAnswer("rounded-up", observed(RoundedUp.self)),
    WrongAnswer("ties-to-even", observed(TiesToEven.self)),
    WrongAnswer("wrong-value", observed(AlwaysZero.self)),
  ]

  private enum CountedFromZero: Exercise0102 {
    static func zeroPoint(low: Float, scale: Float) -> Int { Int((-low / scale).rounded()) }
  }
  private enum WrongSign: Exercise0102 {
    static func zeroPoint(low: Float, scale: Float) -> Int { -128 + Int((low / scale).rounded()) }
  }
  private enum Truncated: Exercise0102 {
    static func zeroPoint(low: Float, scale: Float) -> Int { -128 + Int(-low / scale) }
  }
  private enum AlwaysZero: Exercise0102 {
    static func zeroPoint(low: Float, scale: Float) -> Int { 0 }
  }

  private enum RoundedUp: Exercise0102 {
    static func zeroPoint(low: Float, scale: Float) -> Int { -128 + Int((-low / scale).rounded(.up)) }
  }
  private enum TiesToEven: Exercise0102 {
    static func zeroPoint(low: Float, scale: Float) -> Int {
      -128 + Int((-low / scale).rounded(.toNearestOrEven))
    }
  }
}
