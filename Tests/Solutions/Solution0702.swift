import ExerciseKit

/// The reference solution of exercise 07.2.
public enum Solution0702: Exercise0702 {
  /// The answer.
  public static func requantized(
    _ accumulator: Int32, mantissa: Int32, shift: Int, zeroPoint: Int32, within codes: ClosedRange<Int32>
  ) throws -> Int32 {
    let product = Int64(accumulator) * Int64(mantissa)
    let bits = Int64(31 - shift)
    let code = ((product + (1 << (bits - 1))) >> bits) + Int64(zeroPoint)
    return Int32(min(max(code, Int64(codes.lowerBound)), Int64(codes.upperBound)))
  }
}

/// Wrong answers to exercise 07.2, each named for its misunderstanding.
public enum Wrong0702 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("rounded-down", observed(RoundedDown.self)),
    WrongAnswer("fraction-cut", observed(FractionCut.self)),
    WrongAnswer("ties-away", observed(TiesAway.self)),
    WrongAnswer("ties-to-even", observed(TiesToEven.self)),
    WrongAnswer("shift-reversed", observed(ShiftReversed.self)),
    WrongAnswer("zero-point-forgotten", observed(NoZeroPoint.self)),
    WrongAnswer("zero-point-taken-off", observed(TakenOff.self)),
    WrongAnswer("zero-point-multiplied", observed(Multiplied.self)),
    WrongAnswer("not-limited", observed(NotLimited.self)),
    WrongAnswer("wrapped", observed(Wrapped.self)),
    WrongAnswer("limits-of-a-byte", observed(LimitsOfAByte.self)),
    WrongAnswer("limited-too-early", observed(TooEarly.self)),
    WrongAnswer("wrong-value", observed(Nothing.self)),
  ]

  private static func product(_ accumulator: Int32, _ mantissa: Int32) -> Int64 {
    Int64(accumulator) * Int64(mantissa)
  }
  private static func moved(_ accumulator: Int32, _ mantissa: Int32, by bits: Int) -> Int64 {
    (product(accumulator, mantissa) + (1 << (Int64(bits) - 1))) >> Int64(bits)
  }
  private static func real(_ accumulator: Int32, _ mantissa: Int32, _ shift: Int) -> Double {
    Double(product(accumulator, mantissa)) / Double(sign: .plus, exponent: 31 - shift, significand: 1)
  }
  private static func limited(_ value: Int64, _ codes: ClosedRange<Int32>) -> Int32 {
    Int32(min(max(value, Int64(codes.lowerBound)), Int64(codes.upperBound)))
  }

  private enum RoundedDown: Exercise0702 {
    static func requantized(
      _ accumulator: Int32, mantissa: Int32, shift: Int, zeroPoint: Int32, within codes: ClosedRange<Int32>
    ) -> Int32 {
      limited((product(accumulator, mantissa) >> Int64(31 - shift)) + Int64(zeroPoint), codes)
    }
  }
  private enum FractionCut: Exercise0702 {
    static func requantized(
      _ accumulator: Int32, mantissa: Int32, shift: Int, zeroPoint: Int32, within codes: ClosedRange<Int32>
    ) -> Int32 {
      limited(product(accumulator, mantissa) / (1 << Int64(31 - shift)) + Int64(zeroPoint), codes)
    }
  }
  private enum TiesAway: Exercise0702 {
    static func requantized(
      _ accumulator: Int32, mantissa: Int32, shift: Int, zeroPoint: Int32, within codes: ClosedRange<Int32>
    ) -> Int32 {
      limited(Int64(real(accumulator, mantissa, shift).rounded()) + Int64(zeroPoint), codes)
    }
  }
  private enum TiesToEven: Exercise0702 {
    static func requantized(
      _ accumulator: Int32, mantissa: Int32, shift: Int, zeroPoint: Int32, within codes: ClosedRange<Int32>
    ) -> Int32 {
      limited(Int64(real(accumulator, mantissa, shift).rounded(.toNearestOrEven)) + Int64(zeroPoint), codes)
    }
  }
  private enum ShiftReversed: Exercise0702 {
    static func requantized(
      _ accumulator: Int32, mantissa: Int32, shift: Int, zeroPoint: Int32, within codes: ClosedRange<Int32>
    ) -> Int32 {
      limited(moved(accumulator, mantissa, by: 31 + shift) + Int64(zeroPoint), codes)
    }
  }
  private enum NoZeroPoint: Exercise0702 {
    static func requantized(
      _ accumulator: Int32, mantissa: Int32, shift: Int, zeroPoint: Int32, within codes: ClosedRange<Int32>
    ) -> Int32 {
      limited(moved(accumulator, mantissa, by: 31 - shift), codes)
    }
  }
  private enum TakenOff: Exercise0702 {
    static func requantized(
      _ accumulator: Int32, mantissa: Int32, shift: Int, zeroPoint: Int32, within codes: ClosedRange<Int32>
    ) -> Int32 {
      limited(moved(accumulator, mantissa, by: 31 - shift) - Int64(zeroPoint), codes)
    }
  }
  private enum Multiplied: Exercise0702 {
    static func requantized(
      _ accumulator: Int32, mantissa: Int32, shift: Int, zeroPoint: Int32, within codes: ClosedRange<Int32>
    ) -> Int32 {
      limited(moved(accumulator + zeroPoint, mantissa, by: 31 - shift), codes)
    }
  }
  private enum NotLimited: Exercise0702 {
    static func requantized(
      _ accumulator: Int32, mantissa: Int32, shift: Int, zeroPoint: Int32, within codes: ClosedRange<Int32>
    ) -> Int32 {
      Int32(clamping: moved(accumulator, mantissa, by: 31 - shift) + Int64(zeroPoint))
    }
  }
  private enum Wrapped: Exercise0702 {
    static func requantized(
      _ accumulator: Int32, mantissa: Int32, shift: Int, zeroPoint: Int32, within codes: ClosedRange<Int32>
    ) -> Int32 {
      Int32(Int8(truncatingIfNeeded: moved(accumulator, mantissa, by: 31 - shift) + Int64(zeroPoint)))
    }
  }
  private enum LimitsOfAByte: Exercise0702 {
    static func requantized(
      _ accumulator: Int32, mantissa: Int32, shift: Int, zeroPoint: Int32, within codes: ClosedRange<Int32>
    ) -> Int32 {
      limited(moved(accumulator, mantissa, by: 31 - shift) + Int64(zeroPoint), -128...127)
    }
  }
  private enum TooEarly: Exercise0702 {
    static func requantized(
      _ accumulator: Int32, mantissa: Int32, shift: Int, zeroPoint: Int32, within codes: ClosedRange<Int32>
    ) -> Int32 {
      limited(moved(accumulator, mantissa, by: 31 - shift), codes) + zeroPoint
    }
  }
  private enum Nothing: Exercise0702 {
    static func requantized(
      _ accumulator: Int32, mantissa: Int32, shift: Int, zeroPoint: Int32, within codes: ClosedRange<Int32>
    ) -> Int32 {
      0
    }
  }
}
