import ExerciseKit

/// The reference solution of exercise 06.3.
public enum Solution0603: Exercise0603 {
  /// The answer.
  public static func codesLeft(low: Float, high: Float, bits: Int) throws -> Int {
    let last = (1 << bits) - 1
    let zeroPoint = Int((-low / ((high - low) / Float(last))).rounded())
    return last - zeroPoint + 1
  }
}

/// Wrong answers to exercise 06.3, each named for its misunderstanding.
public enum Wrong0603 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("steps-for-codes", observed(StepsForCodes.self)),
    WrongAnswer("always-half", observed(AlwaysHalf.self)),
    WrongAnswer("nothing-deleted", observed(NothingDeleted.self)),
    WrongAnswer("counted-the-deleted", observed(Deleted.self)),
    WrongAnswer("counted-the-deleted", observed(DeletedAndZero.self)),
    WrongAnswer("zero-point-cut", observed(ZeroPointCut.self)),
    WrongAnswer("zero-point-up", observed(ZeroPointUp.self)),
    WrongAnswer("divided-by-levels", observed(DividedByLevels.self)),
    WrongAnswer("wrong-value", observed(None.self)),
  ]

  private static func steps(_ low: Float, _ high: Float, _ bits: Int) -> Float {
    -low / ((high - low) / Float((1 << bits) - 1))
  }

  private enum StepsForCodes: Exercise0603 {
    static func codesLeft(low: Float, high: Float, bits: Int) -> Int {
      (1 << bits) - 1 - Int(steps(low, high, bits).rounded())
    }
  }
  private enum AlwaysHalf: Exercise0603 {
    static func codesLeft(low: Float, high: Float, bits: Int) -> Int { (1 << bits) / 2 }
  }
  private enum NothingDeleted: Exercise0603 {
    static func codesLeft(low: Float, high: Float, bits: Int) -> Int { 1 << bits }
  }
  private enum Deleted: Exercise0603 {
    static func codesLeft(low: Float, high: Float, bits: Int) -> Int { Int(steps(low, high, bits).rounded()) }
  }
  private enum DeletedAndZero: Exercise0603 {
    static func codesLeft(low: Float, high: Float, bits: Int) -> Int {
      Int(steps(low, high, bits).rounded()) + 1
    }
  }
  private enum ZeroPointCut: Exercise0603 {
    static func codesLeft(low: Float, high: Float, bits: Int) -> Int {
      (1 << bits) - Int(steps(low, high, bits))
    }
  }
  private enum ZeroPointUp: Exercise0603 {
    static func codesLeft(low: Float, high: Float, bits: Int) -> Int {
      (1 << bits) - Int(steps(low, high, bits).rounded(.up))
    }
  }
  private enum DividedByLevels: Exercise0603 {
    static func codesLeft(low: Float, high: Float, bits: Int) -> Int {
      (1 << bits) - Int((-low / ((high - low) / Float(1 << bits))).rounded())
    }
  }
  private enum None: Exercise0603 {
    static func codesLeft(low: Float, high: Float, bits: Int) -> Int { 0 }
  }
}
