/// Exercise 06.3: count the codes that a ReLU deletes, by those it leaves.
public protocol Exercise0603: Sendable {
  /// How many different codes can come out of a ReLU, if its input was rounded to a grid over `low` to `high`.
  ///
  /// The grid is that of exercise 03.1: codes 0…2^bits − 1, a scale that spreads them over the range, and a zero
  /// point that is the code nearest to where 0 falls. The ReLU replaces numbers below 0 by 0, which has a code too.
  /// (If the ReLU is fused, all 2^bits codes can come out.)
  ///
  /// By hand first: low −1, high 3 and 3 bits. How wide is a step? Which code stands for 0? Which codes are
  /// still different behind the ReLU?
  ///
  /// `bits` is 2 to 8, `low` is 0 or below, `high` 0 or above, and not both are 0. 0 never falls halfway between
  /// two codes.
  ///
  /// - Throws: `Todo` until it is solved.
  static func codesLeft(low: Float, high: Float, bits: Int) throws -> Int
}

extension Exercise {
  /// Count the codes that a ReLU deletes.
  public static let codesLeft = Exercise(
    "06.3", "count the codes that a ReLU leaves", section: "lesson 6, \"ReLU, by hand\"",
    crash: "1 << bits is a fine Int; Int(…) of a number that is NaN is not. Is there a division by 0?",
    hints: [
      "All the codes below the zero point come out of a ReLU as the same number. Which one?",
      "Read \"ReLU, by hand\" in lesson 6, and exercise 03.1 for the zero point. Write the eight codes of the "
        + "example in a row, and cross out those that a ReLU deletes.",
      "Three lines: the scale, the zero point, rounded; and then the number of codes from one to the other end, "
        + "both of them counted.",
    ])
}
