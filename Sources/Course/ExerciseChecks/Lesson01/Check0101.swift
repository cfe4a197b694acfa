import ExerciseKit

/// Checks an answer to exercise 01.1.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0101).Type) throws -> [Finding] {
  func levels(_ bits: Int) -> Float { Float(1 << bits) }
  return try Examination<(low: Float, high: Float, bits: Int), Float>(
    exercise: .scale,
    questions: [
      (-1, 1, 2), (-1, 1, 8), (0, 6, 4), (-0.5, 1.5, 3), (2, 3, 1), (-3, 1, 5), (-7, -2, 2), (1, 9, 16),
    ],
    wording: { "scale(low: \($0.low), high: \($0.high), bits: \($0.bits))" },
    right: { ($0.high - $0.low) / (levels($0.bits) - 1) },
    same: { isClose($0, $1) }, written: brief,
    misconceptions: [
      Misconception("levels-for-steps") {
        ($0.high - $0.low) / levels($0.bits)
      } because: {
        "You divided by \(1 << $0.bits): \($0.bits) bits have \(1 << $0.bits) levels, but there is one step "
          + "fewer between them, as a fence has one gap fewer than posts."
      },
      Misconception(
        "largest-for-range",
        givesOneOf: [
          { $0.high / (levels($0.bits) / 2 - 1) },
          { max($0.low.magnitude, $0.high.magnitude) / (levels($0.bits) / 2 - 1) },
        ],
        because: { _ in
          "You divided the largest value by the codes above zero. That is the scale of a grid whose middle code is 0; "
            + "here the lowest level is low, the highest is high, and zero has no part in it."
        }),
      Misconception("reciprocal") {
        (levels($0.bits) - 1) / ($0.high - $0.low)
      } because: { _ in
        "That is steps per unit, the inverse scale. The scale is the other way round: units per step."
      },
      Misconception(
        "double-for-power",
        givesOneOf: [
          { ($0.high - $0.low) / Float(2 * $0.bits - 1) }, { ($0.high - $0.low) / Float(2 * $0.bits) },
        ],
        because: {
          "You doubled the number of bits. Each further bit doubles the number of levels: \($0.bits) bits have "
            + "\(1 << $0.bits)."
        }),
    ],
    otherwise: {
      "The lowest level must be \($0.low), the highest \($0.high), and all \((1 << $0.bits) - 1) gaps between them equal."
    }
  ).findings { try answer.scale(low: $0.low, high: $0.high, bits: $0.bits) }
}
