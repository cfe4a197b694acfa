import ExerciseKit

/// The result of exercise 03.2.
public typealias Gradients = (x: [Float], min: Float, max: Float)

/// The reference solution of exercise 03.2.
public enum Solution0302: Exercise0302 {
  /// The answer.
  public static func gradients(of x: [Float], upstream: [Float], min: Float, max: Float) throws -> Gradients {
    var (ofX, ofMin, ofMax): ([Float], Float, Float) = ([], 0, 0)
    for (value, gradient) in zip(x, upstream) {
      ofX.append(min <= value && value <= max ? gradient : 0)
      if value < min { ofMin += gradient }
      if value > max { ofMax += gradient }
    }
    return (ofX, ofMin, ofMax)
  }
}

/// Wrong answers to exercise 03.2, each named for its misunderstanding.
public enum Wrong0302 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("true-derivative", observed(TrueDerivative.self)),
    WrongAnswer("passes-everywhere", observed(PassesEverywhere.self)),
    WrongAnswer("ends-excluded", observed(EndsExcluded.self)),
    WrongAnswer("ends-excluded", observed(MaxExcluded.self)),
    WrongAnswer("ends-excluded", observed(MinExcluded.self)),
    WrongAnswer("upstream-forgotten", observed(UpstreamForgotten.self)),
    WrongAnswer("numbers-for-gradients", observed(NumbersForGradients.self)),
    WrongAnswer("outside-for-inside", observed(OutsideForInside.self)),
    WrongAnswer("ends-forgotten", observed(EndsForgotten.self)),
    WrongAnswer("ends-exchanged", observed(EndsExchanged.self)),
    WrongAnswer("inside-for-ends", observed(InsideForEnds.self)),
    WrongAnswer("everything-for-ends", observed(EverythingForEnds.self)),
    WrongAnswer("counted-twice", observed(CountedTwice.self)),
    WrongAnswer("wrong-value", observed(Empty.self)),
  ]

  private static func inside(_ x: [Float], _ upstream: [Float], _ min: Float, _ max: Float) -> [Float] {
    zip(x, upstream).map { min <= $0 && $0 <= max ? $1 : 0 }
  }
  private static func below(_ x: [Float], _ upstream: [Float], _ min: Float) -> Float {
    zip(x, upstream).reduce(0) { $0 + ($1.0 < min ? $1.1 : 0) }
  }
  private static func above(_ x: [Float], _ upstream: [Float], _ max: Float) -> Float {
    zip(x, upstream).reduce(0) { $0 + ($1.0 > max ? $1.1 : 0) }
  }

  private enum TrueDerivative: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], min: Float, max: Float) -> Gradients {
      (x.map { _ in 0 }, 0, 0)
    }
  }
  private enum PassesEverywhere: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], min: Float, max: Float) -> Gradients {
      (upstream, 0, 0)
    }
  }
  private enum EndsExcluded: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], min: Float, max: Float) -> Gradients {
      let passes = zip(x, upstream).map { min < $0 && $0 < max ? $1 : 0 }
      return (passes, below(x, upstream, min), above(x, upstream, max))
    }
  }
  private enum MaxExcluded: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], min: Float, max: Float) -> Gradients {
      let passes = zip(x, upstream).map { (min..<max).contains($0) ? $1 : 0 }
      return (passes, below(x, upstream, min), above(x, upstream, max))
    }
  }
  private enum MinExcluded: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], min: Float, max: Float) -> Gradients {
      let passes = zip(x, upstream).map { min < $0 && $0 <= max ? $1 : 0 }
      return (passes, below(x, upstream, min), above(x, upstream, max))
    }
  }
  private enum UpstreamForgotten: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], min: Float, max: Float) -> Gradients {
      let slopes: [Float] = x.map { min <= $0 && $0 <= max ? 1 : 0 }
      return (slopes, below(x, upstream, min), above(x, upstream, max))
    }
  }
  private enum NumbersForGradients: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], min: Float, max: Float) -> Gradients {
      (x.map { min <= $0 && $0 <= max ? $0 : 0 }, 0, 0)
    }
  }
  private enum OutsideForInside: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], min: Float, max: Float) -> Gradients {
      (zip(x, upstream).map { min <= $0 && $0 <= max ? 0 : $1 }, 0, 0)
    }
  }
  private enum EndsForgotten: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], min: Float, max: Float) -> Gradients {
      (inside(x, upstream, min, max), 0, 0)
    }
  }
  private enum EndsExchanged: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], min: Float, max: Float) -> Gradients {
      (inside(x, upstream, min, max), above(x, upstream, max), below(x, upstream, min))
    }
  }
  private enum InsideForEnds: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], min: Float, max: Float) -> Gradients {
      let passes = inside(x, upstream, min, max)
      return (passes, passes.reduce(0, +), passes.reduce(0, +))
    }
  }
  private enum EverythingForEnds: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], min: Float, max: Float) -> Gradients {
      let all = upstream.reduce(0, +)
      return (inside(x, upstream, min, max), all, all)
    }
  }
  private enum CountedTwice: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], min: Float, max: Float) -> Gradients {
      let ofMin = below(x, upstream, min.nextUp)
      return (inside(x, upstream, min, max), ofMin, above(x, upstream, max.nextDown))
    }
  }
  private enum Empty: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], min: Float, max: Float) -> Gradients {
      ([], 0, 0)
    }
  }
}
