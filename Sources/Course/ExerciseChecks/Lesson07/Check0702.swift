import ExerciseKit

/// Checks an answer to exercise 07.2.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0702).Type) throws -> [Finding] {
  let half: Int32 = 1 << 30
  return try Examination<Question0702, Int32>(
    exercise: .requantized,
    questions: [
      (-101, half, -2, -40, -128...127), (101, half, -2, -40, -128...127),
      (-100, half, -2, -40, -128...127), (100, half, -2, -40, -128...127),
      (1003, 1_717_986_918, -3, 3, -128...127), (7, 1_610_612_736, 2, 0, -128...127),
      (90_000, 1_500_000_000, -8, 10, -128...127), (-90_000, 1_500_000_000, -8, 10, -128...127),
      (-3000, 1_500_000_000, -8, -40, -40...127), (-20, half, -2, 0, -128...127),
      (20, half, -2, 0, -128...127),
      (-28, half, -2, 5, -128...127), (900, half, -2, -10, 0...100), (-7000, 1_500_000_000, -8, 20, 0...100),
      (2_000_000_000, 2_000_000_000, -20, -128, -128...127),
    ],
    wording: {
      "requantized(\($0.accumulator), mantissa: \($0.mantissa), shift: \($0.shift), zeroPoint: "
        + "\($0.zeroPoint), within: \($0.codes.lowerBound)...\($0.codes.upperBound))"
    },
    right: { limited(rounded($0) + Int64($0.zeroPoint), $0.codes) }, same: { $0 == $1 },
    written: { "\($0)" }, misconceptions: aboutRounding() + aboutTheRest(),
    otherwise: {
      "The multiplier is \(brief(Float(factor($0)))), the product \(brief(Float(Double($0.accumulator) * factor($0))))"
        + ", and rounded it is \(rounded($0)). Then comes the zero point, and then the limits."
    }
  ).findings {
    try answer.requantized(
      $0.accumulator, mantissa: $0.mantissa, shift: $0.shift, zeroPoint: $0.zeroPoint, within: $0.codes)
  }
}

private typealias Question0702 = (
  accumulator: Int32, mantissa: Int32, shift: Int, zeroPoint: Int32, codes: ClosedRange<Int32>
)

private func factor(_ question: Question0702) -> Double {
  Double(sign: .plus, exponent: question.shift - 31, significand: Double(question.mantissa))
}

private func product(_ question: Question0702) -> Int64 {
  Int64(question.accumulator) * Int64(question.mantissa)
}

/// The product, rounded half up, before the zero point.
private func rounded(_ question: Question0702) -> Int64 {
  let distance = Int64(31 - question.shift)
  return (product(question) + (1 << (distance - 1))) >> distance
}

private func limited(_ value: Int64, _ codes: ClosedRange<Int32>) -> Int32 {
  Int32(min(max(value, Int64(codes.lowerBound)), Int64(codes.upperBound)))
}

/// The answer with another rounding of the real product.
private func answer(_ question: Question0702, rounding: FloatingPointRoundingRule) -> Int32 {
  let real = (Double(question.accumulator) * factor(question)).rounded(rounding)
  return limited(Int64(real) + Int64(question.zeroPoint), question.codes)
}

private func aboutRounding() -> [Misconception<Question0702, Int32>] {
  [
    Misconception("rounded-down") {
      answer($0, rounding: .down)
    } because: { _ in
      "The product was rounded down: that is what moving bits out does. Half a step has to be added first."
    },
    Misconception("fraction-cut") {
      answer($0, rounding: .towardZero)
    } because: { _ in
      "The fraction was cut off, as `/` does it. The nearest integer is asked for."
    },
    Misconception("ties-away") {
      answer($0, rounding: .toNearestOrAwayFromZero)
    } because: { _ in
      "A tie went away from zero. Here ties go upwards, also below zero: −12.5 becomes −12."
    },
    Misconception("ties-to-even") {
      answer($0, rounding: .toNearestOrEven)
    } because: { _ in
      "A tie went to the even number. Here ties go upwards: 12.5 becomes 13."
    },
    Misconception("shift-reversed") { question in
      let distance = Int64(31 + question.shift)
      let shifted = (product(question) + (1 << (distance - 1))) >> distance
      return limited(shifted + Int64(question.zeroPoint), question.codes)
    } because: {
      "You moved the product by 31 + \($0.shift) bits. The multiplier is mantissa · 2^(shift − 31), so it moves to "
        + "the right by 31 − shift."
    },
  ]
}

private func aboutTheRest() -> [Misconception<Question0702, Int32>] {
  [
    Misconception("zero-point-forgotten") {
      limited(rounded($0), $0.codes)
    } because: {
      "The zero point, \($0.zeroPoint), is missing: the code of real 0, from which all others are counted."
    },
    Misconception("zero-point-taken-off") {
      limited(rounded($0) - Int64($0.zeroPoint), $0.codes)
    } because: { _ in
      "You took the zero point off. That is done with the inputs' codes; to get an output's code it is added."
    },
    Misconception("zero-point-multiplied") { question in
      var early = question
      early.accumulator = question.accumulator.addingReportingOverflow(question.zeroPoint).partialValue
      return limited(rounded(early), question.codes)
    } because: { _ in
      "The zero point was added too early, and multiplied. It is a code of the output, whose unit the accumulator "
        + "has only after the multiplication."
    },
    Misconception("not-limited") {
      Int32(clamping: rounded($0) + Int64($0.zeroPoint))
    } because: {
      "\(rounded($0) + Int64($0.zeroPoint)) is not one of the codes. What lies outside becomes the nearest end."
    },
    Misconception("wrapped") {
      Int32(Int8(truncatingIfNeeded: rounded($0) + Int64($0.zeroPoint)))
    } because: { _ in
      "The upper bits were thrown away, so that a large number came out as a small one. What lies outside the "
        + "codes becomes the nearest end."
    },
    Misconception("limits-of-a-byte") {
      limited(rounded($0) + Int64($0.zeroPoint), -128...127)
    } because: {
      "You kept to what a byte can hold, −128 to 127. Here the codes end at \($0.codes.lowerBound): below it a "
        + "ReLU has cut them off."
    },
    Misconception("limited-too-early") {
      limited(rounded($0), $0.codes) + $0.zeroPoint
    } because: { _ in
      "You limited first and added the zero point then. The limits are codes, so the zero point comes first."
    },
  ]
}
