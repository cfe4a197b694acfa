/// Exercise 01.1: the step between neighbouring levels.
public protocol Exercise0101: Sendable {
  /// The scale of a grid of `bits` bits whose lowest level is `min` and whose highest is `max`.
  ///
  /// By hand first: a 2-bit grid from −1 to 1 has four levels. How far apart are they?
  ///
  /// `bits` is 1 to 16, and `min` is below `max`.
  ///
  /// - Throws: `Todo` until it is solved.
  static func scale(min: Float, max: Float, bits: Int) throws -> Float
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

/// Checks an answer to exercise 01.1.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0101).Type) throws -> [Finding] {
  func levels(_ bits: Int) -> Float { Float(1 << bits) }
  return try Examination<(min: Float, max: Float, bits: Int), Float>(
    exercise: .scale,
    questions: [(-1, 1, 2), (-1, 1, 8), (0, 6, 4), (-0.5, 1.5, 3), (2, 3, 1)],
    wording: { "scale(min: \($0.min), max: \($0.max), bits: \($0.bits))" },
    right: { ($0.max - $0.min) / (levels($0.bits) - 1) },
    same: { isClose($0, $1) }, written: brief,
    misconceptions: [
      Misconception("levels-for-steps") {
        ($0.max - $0.min) / levels($0.bits)
      } because: {
        "You divided by \(1 << $0.bits): \($0.bits) bits have \(1 << $0.bits) levels, but there is one step "
          + "fewer between them, as a fence has one gap fewer than posts."
      },
      Misconception("largest-for-range") {
        $0.max / (levels($0.bits) / 2 - 1)
      } because: { _ in
        "You divided the largest value by the codes above zero. That is a symmetric grid's scale, and is "
          + "right only where min is −max; here the grid reaches from min to max."
      },
      Misconception("reciprocal") {
        (levels($0.bits) - 1) / ($0.max - $0.min)
      } because: { _ in
        "That is steps per unit, the inverse scale. The scale is the other way round: units per step."
      },
    ],
    otherwise: {
      "The lowest level must be \($0.min), the highest \($0.max), and all gaps between them equal."
    }
  ).findings { try answer.scale(min: $0.min, max: $0.max, bits: $0.bits) }
}
