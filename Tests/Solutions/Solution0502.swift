import ExerciseKit

/// The reference solution of exercise 05.2.
public enum Solution0502: Exercise0502 {
  /// The answer.
  public static func stepped(
    high: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
  ) throws -> Float {
    var gradient = 2 * penalty * high
    for (activation, arriving) in zip(activations, upstream) where activation > high { gradient += arriving }
    return high - rate * gradient
  }
}

/// Wrong answers to exercise 05.2, each named for its misunderstanding.
public enum Wrong0502 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("penalty-forgotten", observed(PenaltyForgotten.self)),
    WrongAnswer("slope-without-two", observed(SlopeWithoutTwo.self)),
    WrongAnswer("penalty-for-its-slope", observed(PenaltyForItsSlope.self)),
    WrongAnswer("penalty-not-times-rate", observed(PenaltyNotTimesRate.self)),
    WrongAnswer("penalty-alone", observed(PenaltyAlone.self)),
    WrongAnswer("uphill", observed(Uphill.self)),
    WrongAnswer("gradient-for-max", observed(GradientForMax.self)),
    WrongAnswer("inside-for-outside", observed(InsideForOutside.self)),
    WrongAnswer("everything", observed(Everything.self)),
    WrongAnswer("end-counted", observed(EndCounted.self)),
    WrongAnswer("mean-for-sum", observed(MeanOfTheClipped.self)),
    WrongAnswer("mean-for-sum", observed(MeanOfAll.self)),
    WrongAnswer("times-overshoot", observed(TimesOvershoot.self)),
    WrongAnswer("wrong-value", observed(Stays.self)),
  ]

  private static func sum(
    _ activations: [Float], _ upstream: [Float], where isTaken: (Float) -> Bool
  ) -> Float {
    zip(activations, upstream).filter { isTaken($0.0) }.reduce(0) { $0 + $1.1 }
  }

  private enum PenaltyForgotten: Exercise0502 {
    static func stepped(
      high: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float {
      high - rate * sum(activations, upstream) { $0 > high }
    }
  }
  private enum SlopeWithoutTwo: Exercise0502 {
    static func stepped(
      high: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float {
      high - rate * (sum(activations, upstream) { $0 > high } + penalty * high)
    }
  }
  private enum PenaltyForItsSlope: Exercise0502 {
    static func stepped(
      high: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float {
      high - rate * (sum(activations, upstream) { $0 > high } + penalty * high * high)
    }
  }
  private enum PenaltyNotTimesRate: Exercise0502 {
    static func stepped(
      high: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float {
      high - rate * sum(activations, upstream) { $0 > high } - 2 * penalty * high
    }
  }
  private enum PenaltyAlone: Exercise0502 {
    static func stepped(
      high: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float {
      high - rate * 2 * penalty * high
    }
  }
  private enum Uphill: Exercise0502 {
    static func stepped(
      high: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float {
      high + rate * (sum(activations, upstream) { $0 > high } + 2 * penalty * high)
    }
  }
  private enum GradientForMax: Exercise0502 {
    static func stepped(
      high: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float {
      sum(activations, upstream) { $0 > high } + 2 * penalty * high
    }
  }
  private enum InsideForOutside: Exercise0502 {
    static func stepped(
      high: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float {
      high - rate * (sum(activations, upstream) { $0 <= high } + 2 * penalty * high)
    }
  }
  private enum Everything: Exercise0502 {
    static func stepped(
      high: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float {
      high - rate * (upstream.reduce(0, +) + 2 * penalty * high)
    }
  }
  private enum EndCounted: Exercise0502 {
    static func stepped(
      high: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float {
      high - rate * (sum(activations, upstream) { $0 >= high } + 2 * penalty * high)
    }
  }
  private enum MeanOfTheClipped: Exercise0502 {
    static func stepped(
      high: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float {
      let count = max(activations.count { $0 > high }, 1)
      return high - rate * (sum(activations, upstream) { $0 > high } / Float(count) + 2 * penalty * high)
    }
  }
  private enum MeanOfAll: Exercise0502 {
    static func stepped(
      high: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float {
      let count = max(activations.count, 1)
      return high - rate * (sum(activations, upstream) { $0 > high } / Float(count) + 2 * penalty * high)
    }
  }
  private enum Stays: Exercise0502 {
    static func stepped(
      high: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float { high }
  }

  private enum TimesOvershoot: Exercise0502 {
    static func stepped(
      high: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float {
      let beyond = zip(activations, upstream).reduce(0) { $0 + max($1.0 - high, 0) * $1.1 }
      return high - rate * (beyond + 2 * penalty * high)
    }
  }
}
