import ExerciseKit

/// Checks an answer to exercise 06.3.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0603).Type) throws -> [Finding] {
  try Examination<Question0603, Int>(
    exercise: .codesLeft,
    questions: [
      (-1, 3, 3), (-8.5, 1.5, 3), (-6, 2, 3), (-2.2, 2, 2), (0, 6, 4), (-5, 0, 4), (-4.8, 4, 8), (-0.3, 6, 8),
      (-1, 0.9, 8),
    ],
    wording: { "codesLeft(low: \(brief($0.low)), high: \(brief($0.high)), bits: \($0.bits))" },
    right: { last($0) - zeroPoint($0) + 1 }, same: { $0 == $1 }, written: { "\($0)" },
    misconceptions: misconceptions(),
    otherwise: {
      "A step is \(brief(scale($0))), so 0 is \(brief(-$0.low / scale($0))) steps above low; and the last code "
        + "is \(last($0))."
    }
  ).findings {
    try answer.codesLeft(low: $0.low, high: $0.high, bits: $0.bits)
  }
}

private typealias Question0603 = (low: Float, high: Float, bits: Int)

private func last(_ question: Question0603) -> Int { (1 << question.bits) - 1 }

private func scale(_ question: Question0603) -> Float {
  (question.high - question.low) / Float(last(question))
}

private func zeroPoint(_ question: Question0603) -> Int { Int((-question.low / scale(question)).rounded()) }

private func misconceptions() -> [Misconception<Question0603, Int>] {
  [
    Misconception("steps-for-codes") {
      last($0) - zeroPoint($0)
    } because: {
      "That is the number of steps from the zero point, \(zeroPoint($0)), to the last code, \(last($0)). Both "
        + "ends are codes."
    },
    Misconception("always-half") {
      1 << ($0.bits - 1)
    } because: { _ in
      "You took half of the codes. It is half if the range reaches as far down as up; here it does not."
    },
    Misconception("nothing-deleted") {
      1 << $0.bits
    } because: { _ in
      "Those are all the codes: what a fused ReLU has. Here the codes below the zero point were given out before "
        + "the ReLU came."
    },
    Misconception("counted-the-deleted", givesOneOf: [{ zeroPoint($0) }, { zeroPoint($0) + 1 }]) { _ in
      "You counted on the other side of the zero point. Those below it are deleted; those from it upwards are "
        + "left."
    },
    Misconception("zero-point-cut", section: Exercise.zeroPoint.section) {
      last($0) - Int(-$0.low / scale($0)) + 1
    } because: {
      "0 is \(brief(-$0.low / scale($0))) steps above low. Yours is right if the fraction is cut off; the zero point is "
        + "the nearest code."
    },
    Misconception("zero-point-up", section: Exercise.zeroPoint.section) {
      last($0) - Int((-$0.low / scale($0)).rounded(.up)) + 1
    } because: {
      "0 is \(brief(-$0.low / scale($0))) steps above low. Yours is right if the zero point is the code above; it is the "
        + "nearest code, which may lie just below."
    },
    Misconception("divided-by-levels", section: Exercise.scale.section) { question in
      let step = (question.high - question.low) / Float(1 << question.bits)
      return last(question) - Int((-question.low / step).rounded()) + 1
    } because: {
      "Yours is right if the scale is the range divided by \(1 << $0.bits): the levels, not the steps between them."
    },
  ]
}
