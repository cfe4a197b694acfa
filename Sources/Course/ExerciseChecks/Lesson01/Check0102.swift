import ExerciseKit

/// Checks an answer to exercise 01.2.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0102).Type) throws -> [Finding] {
  func steps(_ grid: (low: Float, scale: Float)) -> Float { -grid.low / grid.scale }
  func code(_ grid: (low: Float, scale: Float), _ rule: FloatingPointRoundingRule) -> Int {
    -128 + Int(steps(grid).rounded(rule))
  }
  return try Examination<(low: Float, scale: Float), Int>(
    exercise: .zeroPoint,
    // Steps with a half, of which some have an even number below them and some an odd one; and with less and more.
    questions: [
      (-1, 0.25), (-32, 0.25), (0, 0.5), (-1, 0.75), (-1.25, 0.5), (-2, 0.75), (-1.75, 0.5), (-2.25, 0.5),
      (-0.718, 0.01), (-20.3, 0.25), (-6.13, 0.1), (-40, 0.25),
    ],
    wording: { "zeroPoint(low: \($0.low), scale: \($0.scale))" },
    right: { code($0, .toNearestOrAwayFromZero) },
    same: { $0 == $1 }, written: { "\($0)" },
    misconceptions: [
      Misconception("counted-from-zero") {
        code($0, .toNearestOrAwayFromZero) + 128
      } because: { _ in
        "You counted the steps from low to 0, and that many codes lie between. But int8 codes start at −128, "
          + "not at 0."
      },
      Misconception("wrong-sign") {
        -256 - code($0, .toNearestOrAwayFromZero)
      } because: { _ in
        "Your zero point lies as far below −128 as it should lie above. low is below zero, so zero is above low."
      },
      Misconception("truncated") {
        code($0, .down)
      } because: {
        "From low to 0 it is \(brief(steps($0))) steps. In yours the fraction was cut off, as Int(…) does it; the "
          + "nearest code was asked for."
      },
      Misconception("rounded-up") {
        code($0, .up)
      } because: {
        "From low to 0 it is \(brief(steps($0))) steps. Yours is the code above, whatever the fraction; the nearest "
          + "was asked for."
      },
      Misconception("ties-to-even") {
        code($0, .toNearestOrEven)
      } because: {
        "From low to 0 it is \(brief(steps($0))) steps, halfway between two codes. The upper one was asked for, "
          + "as `.rounded()` has it; yours went to the even number."
      },
    ],
    otherwise: { "From low to 0 it is \(brief(steps($0))) steps of \($0.scale), and low has the code −128." }
  ).findings { try answer.zeroPoint(low: $0.low, scale: $0.scale) }
}
