import ExerciseKit

/// Checks an answer to exercise 01.2.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0102).Type) throws -> [Finding] {
  func steps(_ grid: (min: Float, scale: Float)) -> Float { -grid.min / grid.scale }
  return try Examination<(min: Float, scale: Float), Int>(
    exercise: .zeroPoint,
    questions: [(-1, 0.25), (-32, 0.25), (0, 0.5), (-1, 0.75), (-0.7, 0.01), (-1.25, 0.5)],
    wording: { "zeroPoint(min: \($0.min), scale: \($0.scale))" },
    right: { -128 + Int(steps($0).rounded()) },
    same: { $0 == $1 }, written: { "\($0)" },
    misconceptions: [
      Misconception("counted-from-zero") {
        Int(steps($0).rounded())
      } because: { _ in
        "You counted the steps from min to 0, and that many codes lie between. But int8 codes start at −128, "
          + "not at 0."
      },
      Misconception("wrong-sign") {
        -128 - Int(steps($0).rounded())
      } because: { _ in
        "min lies below zero, so min / scale is negative: it walks down from −128, out of the int8 codes. "
          + "Zero lies above min."
      },
      Misconception("truncated") {
        -128 + Int(steps($0))
      } because: {
        "From min to 0 it is \(brief(steps($0))) steps. Int(…) cut the fraction off; the nearest code was "
          + "asked for."
      },
    ],
    otherwise: { "From min to 0 it is \(brief(steps($0))) steps of \($0.scale), and min has the code −128." }
  ).findings { try answer.zeroPoint(min: $0.min, scale: $0.scale) }
}
