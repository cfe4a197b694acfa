import ExerciseKit

/// The reference solution of exercise 05.2.
public enum Solution0502: Exercise0502 {
  /// The answer.
  public static func stepped(
    max: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
  ) throws -> Float {
    var gradient = 2 * penalty * max
    for (activation, arriving) in zip(activations, upstream) where activation > max { gradient += arriving }
    return max - rate * gradient
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
    WrongAnswer("wrong-value", observed(Stays.self)),
  ]

  private static func sum(
    _ activations: [Float], _ upstream: [Float], where isTaken: (Float) -> Bool
  ) -> Float {
    zip(activations, upstream).filter { isTaken($0.0) }.reduce(0) { $0 + $1.1 }
  }

  private enum PenaltyForgotten: Exercise0502 {
    static func stepped(
      max: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float {
      max - rate * sum(activations, upstream) { $0 > max }
    }
  }
  private enum SlopeWithoutTwo: Exercise0502 {
    static func stepped(
      max: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float {
      max - rate * (sum(activations, upstream) { $0 > max } + penalty * max)
    }
  }
  private enum PenaltyForItsSlope: Exercise0502 {
    static func stepped(
      max: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float {
      max - rate * (sum(activations, upstream) { $0 > max } + penalty * max * max)
    }
  }
  private enum PenaltyNotTimesRate: Exercise0502 {
    static func stepped(
      max: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float {
      max - rate * sum(activations, upstream) { $0 > max } - 2 * penalty * max
    }
  }
  private enum PenaltyAlone: Exercise0502 {
    static func stepped(
      max: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float {
      max - rate * 2 * penalty * max
    }
  }
  private enum Uphill: Exercise0502 {
    static func stepped(
      max: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float {
      max + rate * (sum(activations, upstream) { $0 > max } + 2 * penalty * max)
    }
  }
  private enum GradientForMax: Exercise0502 {
    static func stepped(
      max: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float {
      sum(activations, upstream) { $0 > max } + 2 * penalty * max
    }
  }
  private enum InsideForOutside: Exercise0502 {
    static func stepped(
      max: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float {
      max - rate * (sum(activations, upstream) { $0 <= max } + 2 * penalty * max)
    }
  }
  private enum Everything: Exercise0502 {
    static func stepped(
      max: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float {
      max - rate * (upstream.reduce(0, +) + 2 * penalty * max)
    }
  }
  private enum EndCounted: Exercise0502 {
    static func stepped(
      max: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float {
      max - rate * (sum(activations, upstream) { $0 >= max } + 2 * penalty * max)
    }
  }
  private enum MeanOfTheClipped: Exercise0502 {
    static func stepped(
      max: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float {
      let count = Swift.max(activations.count { $0 > max }, 1)
      return max - rate * (sum(activations, upstream) { $0 > max } / Float(count) + 2 * penalty * max)
    }
  }
  private enum MeanOfAll: Exercise0502 {
    static func stepped(
      max: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float {
      let count = Swift.max(activations.count, 1)
      return max - rate * (sum(activations, upstream) { $0 > max } / Float(count) + 2 * penalty * max)
    }
  }
  private enum Stays: Exercise0502 {
    static func stepped(
      max: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
    ) -> Float { max }
  }
}
