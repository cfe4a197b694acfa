/// Exercise 07.2: requantize one accumulator.
public protocol Exercise0702: Sendable {
  /// The code of an output, from the accumulator of its products.
  ///
  /// The accumulator is multiplied by mantissa · 2^(shift − 31) and rounded once to the nearest integer, ties
  /// upwards: −12.5 becomes −12. The zero point is added. A result outside `codes` becomes the nearest end.
  /// Everything is computed in integers.
  ///
  /// By hand first: accumulator 101, mantissa 2^30, shift −2, zero point −40 and codes −128 to 127. By which
  /// fraction is it multiplied? What comes out for 101, and what for −101?
  ///
  /// - Parameters:
  ///   - accumulator: The sum of products; times `mantissa` it fits 63 bits.
  ///   - mantissa: The multiplier's mantissa, 2^30 to 2^31 − 1.
  ///   - shift: The multiplier's shift, −20 to 5.
  ///   - zeroPoint: The output's code of real 0.
  ///   - codes: The codes that the output may have.
  /// - Returns: The output's code.
  /// - Throws: `Todo` until it is solved.
  static func requantized(
    _ accumulator: Int32, mantissa: Int32, shift: Int, zeroPoint: Int32, within codes: ClosedRange<Int32>
  ) throws -> Int32
}

extension Exercise {
  /// Requantize one accumulator.
  public static let requantized = Exercise(
    "07.2", "requantize one accumulator", section: "lesson 7, \"Five numbers, by hand\"",
    crash: "A product of two Int32 rarely fits an Int32: make both an Int64 first. And Int32(…) of a large "
      + "Int64 crashes: limit it before.",
    hints: [
      "By how many bits does the product have to move to the right, if the multiplier is "
        + "mantissa · 2^(shift − 31)? And what is half of the last bit that stays?",
      "Read \"Five numbers, by hand\" in lesson 7. `>>` moves bits out and forgets them, which rounds down; "
        + "adding a half before makes it round to the nearest.",
      "Four lines: the product in 64 bits; how far it moves; half a step added, and moved; the zero point added, "
        + "and both ends of `codes` as limits.",
    ])
}
