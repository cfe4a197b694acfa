import ExerciseKit

/// The result of exercise 03.2.
public typealias Gradients = (x: [Float], low: Float, high: Float)

/// The reference solution of exercise 03.2.
public enum Solution0302: Exercise0302 {
  /// The answer.
  public static func gradients(of x: [Float], upstream: [Float], low: Float, high: Float) throws -> Gradients
  {
    var (ofX, ofMin, ofMax): ([Float], Float, Float) = ([], 0, 0)
    for (value, gradient) in zip(x, upstream) {
      ofX.append(low <= value && value <= high ? gradient : 0)
      if value < low { ofMin += gradient }
      if value > high { ofMax += gradient }
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

  private static func inside(_ x: [Float], _ upstream: [Float], _ low: Float, _ high: Float) -> [Float] {
    zip(x, upstream).map { low <= $0 && $0 <= high ? $1 : 0 }
  }
  private static func below(_ x: [Float], _ upstream: [Float], _ low: Float) -> Float {
    zip(x, upstream).reduce(0) { $0 + ($1.0 < low ? $1.1 : 0) }
  }
  private static func above(_ x: [Float], _ upstream: [Float], _ high: Float) -> Float {
    zip(x, upstream).reduce(0) { $0 + ($1.0 > high ? $1.1 : 0) }
  }

  private enum TrueDerivative: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], low: Float, high: Float) -> Gradients {
      (x.map { _ in 0 }, 0, 0)
    }
  }
  private enum PassesEverywhere: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], low: Float, high: Float) -> Gradients {
      (upstream, 0, 0)
    }
  }
  private enum EndsExcluded: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], low: Float, high: Float) -> Gradients {
      let passes = zip(x, upstream).map { low < $0 && $0 < high ? $1 : 0 }
      return (passes, below(x, upstream, low), above(x, upstream, high))
    }
  }
  private enum MaxExcluded: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], low: Float, high: Float) -> Gradients {
      let passes = zip(x, upstream).map { (low..<high).contains($0) ? $1 : 0 }
      return (passes, below(x, upstream, low), above(x, upstream, high))
    }
  }
  private enum MinExcluded: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], low: Float, high: Float) -> Gradients {
      let passes = zip(x, upstream).map { low < $0 && $0 <= high ? $1 : 0 }
      return (passes, below(x, upstream, low), above(x, upstream, high))
    }
  }
  private enum UpstreamForgotten: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], low: Float, high: Float) -> Gradients {
      let slopes: [Float] = x.map { low <= $0 && $0 <= high ? 1 : 0 }
      return (slopes, below(x, upstream, low), above(x, upstream, high))
    }
  }
  private enum NumbersForGradients: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], low: Float, high: Float) -> Gradients {
      (x.map { low <= $0 && $0 <= high ? $0 : 0 }, 0, 0)
    }
  }
  private enum OutsideForInside: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], low: Float, high: Float) -> Gradients {
      (zip(x, upstream).map { low <= $0 && $0 <= high ? 0 : $1 }, 0, 0)
    }
  }
  private enum EndsForgotten: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], low: Float, high: Float) -> Gradients {
      (inside(x, upstream, low, high), 0, 0)
    }
  }
  private enum EndsExchanged: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], low: Float, high: Float) -> Gradients {
      (inside(x, upstream, low, high), above(x, upstream, high), below(x, upstream, low))
    }
  }
  private enum InsideForEnds: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], low: Float, high: Float) -> Gradients {
      let passes = inside(x, upstream, low, high)
      return (passes, passes.reduce(0, +), passes.reduce(0, +))
    }
  }
  private enum EverythingForEnds: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], low: Float, high: Float) -> Gradients {
      let all = upstream.reduce(0, +)
      return (inside(x, upstream, low, high), all, all)
    }
  }
  private enum CountedTwice: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], low: Float, high: Float) -> Gradients {
      let ofMin = below(x, upstream, low.nextUp)
      return (inside(x, upstream, low, high), ofMin, above(x, upstream, high.nextDown))
    }
  }
  private enum Empty: Exercise0302 {
    static func gradients(of x: [Float], upstream: [Float], low: Float, high: Float) -> Gradients {
      ([], 0, 0)
    }
  }
}
