/// Exercise 06.3: count the codes that a ReLU deletes, by those it leaves.
public protocol Exercise0603: Sendable {
  /// How many different codes can come out of a ReLU, if its input was rounded to a grid over `min` to `max`.
  ///
  /// The grid is that of exercise 03.1: codes 0…2^bits − 1, a scale that spreads them over the range, and a zero
  /// point that is the code nearest to where 0 falls. The ReLU replaces numbers below 0 by 0, which has a code too.
  /// (If the ReLU is fused, all 2^bits codes can come out.)
  ///
  /// By hand first: min −1, max 3 and 3 bits. How wide is a step? Which code stands for 0? Which codes are
  /// still different behind the ReLU?
  ///
  /// `bits` is 2 to 8, `min` is 0 or below, `max` 0 or above, and not both are 0. 0 never falls halfway between
  /// two codes.
  ///
  /// - Throws: `Todo` until it is solved.
  static func codesLeft(min: Float, max: Float, bits: Int) throws -> Int
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
    wording: { "codesLeft(min: \(brief($0.min)), max: \(brief($0.max)), bits: \($0.bits))" },
    right: { last($0) - zeroPoint($0) + 1 }, same: { $0 == $1 }, written: { "\($0)" },
    misconceptions: misconceptions(),
    otherwise: {
      "A step is \(brief(scale($0))), so 0 is \(brief(-$0.min / scale($0))) steps above min; and the last code "
        + "is \(last($0))."
    }
  ).findings {
    try answer.codesLeft(min: $0.min, max: $0.max, bits: $0.bits)
  }
}

private typealias Question0603 = (min: Float, max: Float, bits: Int)

private func last(_ question: Question0603) -> Int { (1 << question.bits) - 1 }

private func scale(_ question: Question0603) -> Float {
  (question.max - question.min) / Float(last(question))
}

private func zeroPoint(_ question: Question0603) -> Int { Int((-question.min / scale(question)).rounded()) }

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
    Misconception("counted-the-deleted", givesOneOf: { [zeroPoint($0), zeroPoint($0) + 1] }) { _ in
      "You counted on the other side of the zero point. Those below it are deleted; those from it upwards are "
        + "left."
    },
    Misconception("zero-point-cut", section: Exercise.zeroPoint.section) {
      last($0) - Int(-$0.min / scale($0)) + 1
    } because: {
      "0 is \(brief(-$0.min / scale($0))) steps above min. Int(…) cuts the fraction off; the zero point is the "
        + "nearest code."
    },
    Misconception("zero-point-up", section: Exercise.zeroPoint.section) {
      last($0) - Int((-$0.min / scale($0)).rounded(.up)) + 1
    } because: {
      "0 is \(brief(-$0.min / scale($0))) steps above min. You counted the codes above it; the zero point is the "
        + "nearest code, which may lie just below."
    },
    Misconception("divided-by-levels", section: Exercise.scale.section) { question in
      let step = (question.max - question.min) / Float(1 << question.bits)
      return last(question) - Int((-question.min / step).rounded()) + 1
    } because: {
      "Your scale is the range divided by \(1 << $0.bits): the levels, not the steps between them."
    },
  ]
}
