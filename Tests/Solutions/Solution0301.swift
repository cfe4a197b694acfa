import ExerciseKit

/// The reference solution of exercise 03.1.
public enum Solution0301: Exercise0301 {
  /// The answer.
  public static func fakeQuantize(_ x: Float, low: Float, high: Float, bits: Int) throws -> Float {
    let last = Float((1 << bits) - 1)
    let scale = (high - low) / last
    let zeroPoint = (-low / scale).rounded()
    let unlimited = (x / scale).rounded(.toNearestOrEven) + zeroPoint
    return scale * (min(max(unlimited, 0), last) - zeroPoint)
  }
}

/// Wrong answers to exercise 03.1, each named for its misunderstanding.
public enum Wrong0301 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("stayed-a-code", observed(StayedACode.self)),
    WrongAnswer("zero-point-kept", observed(ZeroPointKept.self)),
    WrongAnswer("no-zero-point", observed(NoZeroPoint.self)),
    WrongAnswer("divided-by-levels", observed(DividedByLevels.self)),
    WrongAnswer("zero-not-exact", observed(ZeroNotExact.self)),
    WrongAnswer("zero-point-not-a-code", observed(EndsNotMoved.self)),
    WrongAnswer("not-limited", observed(NotLimited.self)),
    WrongAnswer("truncated", observed(Truncated.self)),
    WrongAnswer("not-limited", observed(LimitsOfAByte.self)),
    WrongAnswer("clipped-the-number", observed(ClippedFirst.self)),
    WrongAnswer("result-clipped", observed(ResultClipped.self)),
    WrongAnswer("zero-point-cut", observed(ZeroPointCut.self)),
    WrongAnswer("zero-point-to-even", observed(ZeroPointToEven.self)),
    WrongAnswer("wrong-value", observed(Itself.self)),
  ]

  /// Crashes at 1e30, whose number of steps does not fit an Int.
  public enum Crashing: Exercise0301 {
    /// The right number, where an Int can hold the steps.
    public static func fakeQuantize(_ x: Float, low: Float, high: Float, bits: Int) -> Float {
      let grid = Grid(low, high, bits)
      let code = Int((x / grid.scale).rounded()) + Int(grid.zeroPoint)
      return grid.scale * Float(min(max(code, 0), Int(grid.last)) - Int(grid.zeroPoint))
    }
  }

  private struct Grid {
    var last: Float
    var scale: Float
    var zeroPoint: Float

    init(_ low: Float, _ high: Float, _ bits: Int) {
      last = Float((1 << bits) - 1)
      scale = (high - low) / last
      zeroPoint = (-low / scale).rounded()
    }

    func code(_ x: Float) -> Float {
      min(max((x / scale).rounded() + zeroPoint, 0), last)
    }
  }

  private enum StayedACode: Exercise0301 {
    static func fakeQuantize(_ x: Float, low: Float, high: Float, bits: Int) -> Float {
      let grid = Grid(low, high, bits)
      return grid.code(x)
    }
  }
  private enum ZeroPointKept: Exercise0301 {
    static func fakeQuantize(_ x: Float, low: Float, high: Float, bits: Int) -> Float {
      let grid = Grid(low, high, bits)
      return grid.code(x) * grid.scale
    }
  }
  private enum NoZeroPoint: Exercise0301 {
    static func fakeQuantize(_ x: Float, low: Float, high: Float, bits: Int) -> Float {
      var grid = Grid(low, high, bits)
      grid.zeroPoint = 0
      return grid.code(x) * grid.scale
    }
  }
  private enum DividedByLevels: Exercise0301 {
    static func fakeQuantize(_ x: Float, low: Float, high: Float, bits: Int) -> Float {
      var grid = Grid(low, high, bits)
      grid.scale = (high - low) / Float(1 << bits)
      grid.zeroPoint = (-low / grid.scale).rounded()
      return grid.scale * (grid.code(x) - grid.zeroPoint)
    }
  }
  private enum ZeroNotExact: Exercise0301 {
    static func fakeQuantize(_ x: Float, low: Float, high: Float, bits: Int) -> Float {
      var grid = Grid(low, high, bits)
      grid.zeroPoint = -low / grid.scale
      let code = min(max((x / grid.scale + grid.zeroPoint).rounded(), 0), grid.last)
      return grid.scale * (code - grid.zeroPoint)
    }
  }
  private enum EndsNotMoved: Exercise0301 {
    static func fakeQuantize(_ x: Float, low: Float, high: Float, bits: Int) -> Float {
      var grid = Grid(low, high, bits)
      grid.zeroPoint = -low / grid.scale
      return grid.scale * (grid.code(x) - grid.zeroPoint)
    }
  }
  private enum NotLimited: Exercise0301 {
    static func fakeQuantize(_ x: Float, low: Float, high: Float, bits: Int) -> Float {
      let grid = Grid(low, high, bits)
      return (x / grid.scale).rounded() * grid.scale
    }
  }
  private enum Truncated: Exercise0301 {
    static func fakeQuantize(_ x: Float, low: Float, high: Float, bits: Int) -> Float {
      let grid = Grid(low, high, bits)
      let code = (x / grid.scale).rounded(.towardZero) + grid.zeroPoint
      return grid.scale * (min(max(code, 0), grid.last) - grid.zeroPoint)
    }
  }
  private enum Itself: Exercise0301 {
    static func fakeQuantize(_ x: Float, low: Float, high: Float, bits: Int) -> Float {
      x
    }
  }

  private enum LimitsOfAByte: Exercise0301 {
    static func fakeQuantize(_ x: Float, low: Float, high: Float, bits: Int) -> Float {
      let grid = Grid(low, high, bits)
      let code = min(max((x / grid.scale).rounded() + grid.zeroPoint, -128), 127)
      return grid.scale * (code - grid.zeroPoint)
    }
  }
  private enum ClippedFirst: Exercise0301 {
    static func fakeQuantize(_ x: Float, low: Float, high: Float, bits: Int) -> Float {
      let grid = Grid(low, high, bits)
      return (min(max(x, low), high) / grid.scale).rounded() * grid.scale
    }
  }
  private enum ResultClipped: Exercise0301 {
    static func fakeQuantize(_ x: Float, low: Float, high: Float, bits: Int) -> Float {
      let grid = Grid(low, high, bits)
      return min(max(grid.scale * (grid.code(x) - grid.zeroPoint), low), high)
    }
  }
  private enum ZeroPointCut: Exercise0301 {
    static func fakeQuantize(_ x: Float, low: Float, high: Float, bits: Int) -> Float {
      var grid = Grid(low, high, bits)
      grid.zeroPoint = Float(Int(-low / grid.scale))
      return grid.scale * (grid.code(x) - grid.zeroPoint)
    }
  }
  private enum ZeroPointToEven: Exercise0301 {
    static func fakeQuantize(_ x: Float, low: Float, high: Float, bits: Int) -> Float {
      var grid = Grid(low, high, bits)
      grid.zeroPoint = (-low / grid.scale).rounded(.toNearestOrEven)
      return grid.scale * (grid.code(x) - grid.zeroPoint)
    }
  }
}
