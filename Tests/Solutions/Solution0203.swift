import ExerciseKit

/// The reference solution of exercise 02.3.
public enum Solution0203: Exercise0203 {
  /// The answer.
  public static func halved(_ sum: Int) throws -> Int {
    let below = sum >> 1
    return below + (sum & below & 1)
  }
}

/// Wrong answers to exercise 02.3, each named for its misunderstanding.
public enum Wrong0203 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("rounds-down", observed(RoundsDown.self)),
    WrongAnswer("truncates", observed(Truncates.self)),
    WrongAnswer("rounds-half-up", observed(RoundsHalfUp.self)),
    WrongAnswer("rounds-half-away", observed(RoundsHalfAway.self)),
    WrongAnswer("through-a-double", observed(ThroughDouble.self)),
    WrongAnswer("through-a-float", observed(ThroughFloat.self)),
    WrongAnswer("odd-for-even", observed(OddForEven.self)),
    WrongAnswer("negatives-cut", observed(NegativesCut.self)),
    WrongAnswer("remainder-of-negatives", observed(Remainder.self)),
    WrongAnswer("wrong-value", observed(Itself.self)),
  ]

  /// Right wherever `sum + 1` exists, which is everywhere but at `Int.max`.
  public enum Crashing: Exercise0203 {
    /// Rounds up first, and comes back from an odd number.
    public static func halved(_ sum: Int) -> Int {
      let above = (sum + 1) >> 1
      return above - (sum & above & 1)
    }
  }

  /// Never ends: it waits for a half that `>> 1` does not reach from below zero.
  public enum Endless: Exercise0203 {
    /// Halves until 0 is left; −1 stays −1.
    public static func halved(_ sum: Int) -> Int {
      var rest = sum
      while rest != 0 { rest >>= 1 }
      return rest + 2
    }
  }

  private enum RoundsDown: Exercise0203 {
    static func halved(_ sum: Int) -> Int {
      sum >> 1
    }
  }
  private enum Truncates: Exercise0203 {
    static func halved(_ sum: Int) -> Int {
      sum / 2
    }
  }
  private enum RoundsHalfUp: Exercise0203 {
    static func halved(_ sum: Int) -> Int {
      (sum >> 1) + (sum & 1)
    }
  }
  private enum RoundsHalfAway: Exercise0203 {
    static func halved(_ sum: Int) -> Int {
      Int((Double(sum) / 2).rounded())
    }
  }
  private enum ThroughDouble: Exercise0203 {
    static func halved(_ sum: Int) -> Int {
      Int((Double(sum) / 2).rounded(.toNearestOrEven))
    }
  }
  private enum ThroughFloat: Exercise0203 {
    static func halved(_ sum: Int) -> Int {
      Int((Float(sum) / 2).rounded(.toNearestOrEven))
    }
  }
  private enum Itself: Exercise0203 {
    static func halved(_ sum: Int) -> Int {
      sum
    }
  }

  private enum OddForEven: Exercise0203 {
    static func halved(_ sum: Int) -> Int {
      sum & 1 == 0 ? sum >> 1 : (sum >> 1) | 1
    }
  }
  private enum NegativesCut: Exercise0203 {
    static func halved(_ sum: Int) -> Int {
      let half = sum / 2
      return half + (sum & half & 1)
    }
  }
  private enum Remainder: Exercise0203 {
    static func halved(_ sum: Int) -> Int {
      let below = sum >> 1
      return sum % 2 == 1 && below % 2 == 1 ? below + 1 : below
    }
  }
}
