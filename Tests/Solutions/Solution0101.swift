import ExerciseKit

/// The reference solution of exercise 01.1.
public enum Solution0101: Exercise0101 {
  /// The answer.
  public static func scale(low: Float, high: Float, bits: Int) throws -> Float {
    (high - low) / Float((1 << bits) - 1)
  }
}

/// Wrong answers to exercise 01.1, each named for its misunderstanding.
public enum Wrong0101 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("levels-for-steps", observed(LevelsForSteps.self)),
    WrongAnswer("largest-for-range", observed(LargestForRange.self)),
    WrongAnswer("reciprocal", observed(Reciprocal.self)),
    WrongAnswer("largest-for-range", observed(LargestMagnitude.self)),
    WrongAnswer("double-for-power", observed(DoubleForPower.self)),
    WrongAnswer("wrong-value", observed(Zero.self)),
  ]

  private enum LevelsForSteps: Exercise0101 {
    static func scale(low: Float, high: Float, bits: Int) -> Float { (high - low) / Float(1 << bits) }
  }
  private enum LargestForRange: Exercise0101 {
    static func scale(low: Float, high: Float, bits: Int) -> Float { high / Float((1 << (bits - 1)) - 1) }
  }
  private enum Reciprocal: Exercise0101 {
    static func scale(low: Float, high: Float, bits: Int) -> Float { Float((1 << bits) - 1) / (high - low) }
  }
  private enum Zero: Exercise0101 {
    static func scale(low: Float, high: Float, bits: Int) -> Float { 0 }
  }

  private enum LargestMagnitude: Exercise0101 {
    static func scale(low: Float, high: Float, bits: Int) -> Float {
      max(abs(low), abs(high)) / Float((1 << (bits - 1)) - 1)
    }
  }
  private enum DoubleForPower: Exercise0101 {
    static func scale(low: Float, high: Float, bits: Int) -> Float { (high - low) / Float(2 * bits - 1) }
  }
}
