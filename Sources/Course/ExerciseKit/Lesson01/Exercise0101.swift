/// Exercise 01.1: the step between neighbouring levels.
public protocol Exercise0101: Sendable {
  /// The scale of a grid of `bits` bits whose lowest level is `low` and whose highest is `high`.
  ///
  /// By hand first: a 2-bit grid from −1 to 1 has four levels. How far apart are they?
  ///
  /// `bits` is 1 to 16, and `low` is below `high`.
  ///
  /// - Throws: `Todo` until it is solved.
  static func scale(low: Float, high: Float, bits: Int) throws -> Float
}

extension Exercise {
  /// The step between neighbouring levels.
  public static let scale = Exercise(
    "01.1", "the scale of a grid", section: "lesson 1, \"256 levels, 255 steps\"",
    crash: "Int arithmetic crashes where a result does not fit. 2 to the power of 16 is still a small Int.",
    hints: [
      "Draw the 2-bit grid from −1 to 1 on paper: four marks, the first on −1, the last on 1. Count the "
        + "gaps.",
      "Read \"256 levels, 255 steps\" in lesson 1. The scale is the range divided by the number of gaps.",
      "In Swift, 2 to the power of bits is `1 << bits`, an Int; `Float(…)` turns it into a Float. "
        + "You need one subtraction above the line of the fraction and one below.",
    ])
}
