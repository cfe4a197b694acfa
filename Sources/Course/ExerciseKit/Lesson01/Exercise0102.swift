/// Exercise 01.2: the code that stands for zero.
public protocol Exercise0102: Sendable {
  /// The zero point of an int8 grid: the code, −128 to 127, that stands for real 0.
  ///
  /// The grid's lowest code, −128, is meant to stand for `low`, and neighbouring codes are `scale` apart.
  /// Real 0 must fall on a code exactly, so round to the nearest code, and from halfway between two to the
  /// upper one. `low` is 0 or below.
  ///
  /// By hand first: low −1, scale 0.25. How many steps is it from low to 0?
  ///
  /// - Throws: `Todo` until it is solved.
  static func zeroPoint(low: Float, scale: Float) throws -> Int
}

extension Exercise {
  /// The code that stands for zero.
  public static let zeroPoint = Exercise(
    "01.2", "the zero point", section: "lesson 1, \"Zero must be exact\"",
    crash: "Int(…) crashes where its number is NaN, infinite or too large: look for a division by zero.",
    hints: [
      "Start at the lowest code and walk upwards, one code a step. How many steps is it from `low` to 0?",
      "Read \"Zero must be exact\" in lesson 1. From real = scale × (code − zeroPoint), put the pair "
        + "(low, −128) in, and solve for the zero point.",
      "The steps from `low` to 0 are a Float. `.rounded()` goes to the nearest, and here from halfway to the "
        + "upper one; `Int(…)` alone drops the fraction. Then add where you started.",
    ])
}
