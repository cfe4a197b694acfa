import ExerciseKit

/// The reference solution of exercise 01.3.
public enum Solution0103: Exercise0103 {
  /// The answer.
  public static func quantize(_ x: Float, scale: Float, zeroPoint: Int) throws -> Int8 {
    Int8(min(max((x / scale).rounded(.toNearestOrEven) + Float(zeroPoint), -128), 127))
  }
}

/// Wrong answers to exercise 01.3, each named for its misunderstanding.
public enum Wrong0103 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("truncated", observed(Truncated.self)),
    WrongAnswer("ties-away", observed(TiesAway.self)),
    WrongAnswer("wrapped", observed(Wrapped.self)),
    WrongAnswer("rounded-after-zero-point", observed(RoundedAfterZeroPoint.self)),
    WrongAnswer("zero-point-forgotten", observed(ZeroPointForgotten.self)),
    WrongAnswer("rounded-down", observed(RoundedDown.self)),
    WrongAnswer("zero-point-taken-off", observed(TakenOff.self)),
    WrongAnswer("limited-too-early", observed(LimitedTooEarly.self)),
    WrongAnswer("wrong-value", observed(AlwaysMinusOne.self)),
  ]

  /// Crashes at 100, as the exercise's title warns.
  public enum Crashing: Exercise0103 {
    /// The code, without a limit.
    public static func quantize(_ x: Float, scale: Float, zeroPoint: Int) -> Int8 {
      Int8((x / scale).rounded(.toNearestOrEven) + Float(zeroPoint))
    }
  }

  private enum Truncated: Exercise0103 {
    static func quantize(_ x: Float, scale: Float, zeroPoint: Int) -> Int8 {
      Int8(min(max((x / scale).rounded(.towardZero) + Float(zeroPoint), -128), 127))
    }
  }
  private enum TiesAway: Exercise0103 {
    static func quantize(_ x: Float, scale: Float, zeroPoint: Int) -> Int8 {
      Int8(min(max((x / scale).rounded() + Float(zeroPoint), -128), 127))
    }
  }
  private enum Wrapped: Exercise0103 {
    static func quantize(_ x: Float, scale: Float, zeroPoint: Int) -> Int8 {
      let steps = min(max((x / scale).rounded(.toNearestOrEven), -1e9), 1e9)
      return Int8(truncatingIfNeeded: Int(steps) + zeroPoint)
    }
  }
  private enum RoundedAfterZeroPoint: Exercise0103 {
    static func quantize(_ x: Float, scale: Float, zeroPoint: Int) -> Int8 {
      Int8(min(max((x / scale + Float(zeroPoint)).rounded(.toNearestOrEven), -128), 127))
    }
  }
  private enum ZeroPointForgotten: Exercise0103 {
    static func quantize(_ x: Float, scale: Float, zeroPoint: Int) -> Int8 {
      Int8(min(max((x / scale).rounded(.toNearestOrEven), -128), 127))
    }
  }
  private enum AlwaysMinusOne: Exercise0103 {
    static func quantize(_ x: Float, scale: Float, zeroPoint: Int) -> Int8 { -1 }
  }

  private enum RoundedDown: Exercise0103 {
    static func quantize(_ x: Float, scale: Float, zeroPoint: Int) -> Int8 {
      Int8(min(max((x / scale).rounded(.down) + Float(zeroPoint), -128), 127))
    }
  }
  private enum TakenOff: Exercise0103 {
    static func quantize(_ x: Float, scale: Float, zeroPoint: Int) -> Int8 {
      Int8(min(max((x / scale).rounded(.toNearestOrEven) - Float(zeroPoint), -128), 127))
    }
  }
  private enum LimitedTooEarly: Exercise0103 {
    static func quantize(_ x: Float, scale: Float, zeroPoint: Int) -> Int8 {
      let steps = min(max((x / scale).rounded(.toNearestOrEven), -128), 127)
      return Int8(clamping: Int(steps) + zeroPoint)
    }
  }
}
