import ExerciseKit

/// A range, as in exercise 05.1.
public typealias ClipRange = (low: Float, high: Float)

/// The reference solution of exercise 05.1.
public enum Solution0501: Exercise0501 {
  /// The answer.
  public static func composed(outer: ClipRange, inner: ClipRange) throws -> ClipRange {
    let low = min(max(outer.low, inner.low), inner.high)
    let high = min(max(outer.high, inner.low), inner.high)
    return (low, high)
  }
}

/// Wrong answers to exercise 05.1, each named for its misunderstanding.
public enum Wrong0501 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("inner-alone", observed(InnerAlone.self)),
    WrongAnswer("outer-alone", observed(OuterAlone.self)),
    WrongAnswer("union", observed(Union.self)),
    WrongAnswer("intersection", observed(Intersection.self)),
    WrongAnswer("order-exchanged", observed(OrderExchanged.self)),
    WrongAnswer("sides-exchanged", observed(SidesExchanged.self)),
    WrongAnswer("wrong-value", observed(Nothing.self)),
  ]

  private enum InnerAlone: Exercise0501 {
    static func composed(outer: ClipRange, inner: ClipRange) -> ClipRange { inner }
  }
  private enum OuterAlone: Exercise0501 {
    static func composed(outer: ClipRange, inner: ClipRange) -> ClipRange { outer }
  }
  private enum Union: Exercise0501 {
    static func composed(outer: ClipRange, inner: ClipRange) -> ClipRange {
      (min(outer.low, inner.low), max(outer.high, inner.high))
    }
  }
  private enum Intersection: Exercise0501 {
    static func composed(outer: ClipRange, inner: ClipRange) -> ClipRange {
      (max(outer.low, inner.low), min(outer.high, inner.high))
    }
  }
  private enum OrderExchanged: Exercise0501 {
    static func composed(outer: ClipRange, inner: ClipRange) throws -> ClipRange {
      try Solution0501.composed(outer: inner, inner: outer)
    }
  }
  private enum SidesExchanged: Exercise0501 {
    static func composed(outer: ClipRange, inner: ClipRange) throws -> ClipRange {
      let right = try Solution0501.composed(outer: outer, inner: inner)
      return (right.high, right.low)
    }
  }
  private enum Nothing: Exercise0501 {
    static func composed(outer: ClipRange, inner: ClipRange) -> ClipRange { (0, 0) }
  }
}
