import ExerciseKit

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
