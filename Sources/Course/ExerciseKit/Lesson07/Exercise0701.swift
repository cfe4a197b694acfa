/// Exercise 07.1: choose a multiplier and a shift.
public protocol Exercise0701: Sendable {
  /// The mantissa and the shift that stand for `real`: mantissa · 2^(shift − 31) is as near to it as possible.
  ///
  /// The mantissa is 2^30 to 2^31 − 1, so that all of its bits are used: it is a fraction of 2^31, from a half
  /// to just below one.
  ///
  /// By hand first: 0.75. It is between a half and one, so the shift is 0; and the mantissa is which part of
  /// 2^31? And 0.1: how often must you double it before it is a half at least?
  ///
  /// `real` is above 2^−30 and below 2^30.
  ///
  /// - Throws: `Todo` until it is solved.
  static func multiplier(for real: Double) throws -> (mantissa: Int32, shift: Int)
}

extension Exercise {
  /// Choose a multiplier and a shift.
  public static let multiplier = Exercise(
    "07.1", "choose a multiplier and a shift", section: "lesson 7, \"Five numbers, by hand\"",
    crash: "Int32(…) of 2^31 crashes, for the largest is 2^31 − 1. Which numbers round up to it?",
    hints: [
      "Double 0.1, or halve 3, until you have a fraction between a half and one. Which way, and how often: that "
        + "is the shift.",
      "Read \"Five numbers, by hand\" in lesson 7. Swift gives away the power of two: `real.exponent` and "
        + "`real.significand`. But a significand is between one and two.",
      "The fraction times 2^31, rounded; and then one question more: is it 2^31 now? The number is the same if "
        + "you halve one part and double the other.",
    ])
}
