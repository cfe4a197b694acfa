import ExerciseKit

/// Checks an answer to exercise 07.1.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0701).Type) throws -> [Finding] {
  try Examination<Double, Multiplier>(
    exercise: .multiplier,
    // The last two round up to the next power of two.
    questions: [0.75, 0.1, 0.5, 0.3, 0.03, 3, 1.2, 100, 0.001_234_5, 1 - 0x1p-40, 0.25 - 0x1p-42],
    wording: { real in
      let names = [1 - 0x1p-40: "1 − 2⁻⁴⁰", 0.25 - 0x1p-42: "0.25 − 2⁻⁴²"]
      return "multiplier(for: \(names[real] ?? "\(real)"))"
    },
    right: right, same: { $0 == $1 }, written: { "mantissa \($0.mantissa), shift \($0.shift)" },
    misconceptions: misconceptions(),
    otherwise: { real in
      let (fraction, shift) = fraction(of: real)
      return "The fraction between a half and one is \(brief(Float(fraction))), and "
        + "\(brief(Float(fraction))) · 2^\(shift) is the number."
    }
  ).findings {
    try answer.multiplier(for: $0)
  }
}

private typealias Multiplier = (mantissa: Int32, shift: Int)

/// `real` as a fraction from a half to just below one, and the exponent of its power of two.
private func fraction(of real: Double) -> (Double, Int) { (real.significand / 2, Int(real.exponent) + 1) }

private func right(_ real: Double) -> Multiplier {
  let (fraction, shift) = fraction(of: real)
  let mantissa = (fraction * 0x1p31).rounded()
  return mantissa == 0x1p31 ? (1 << 30, shift + 1) : (Int32(mantissa), shift)
}

private func misconceptions() -> [Misconception<Double, Multiplier>] {
  [
    Misconception("shift-reversed") { real in
      (right(real).mantissa, -right(real).shift)
    } because: { _ in
      "Your mantissa is right, and the shift has the other sign. The mantissa is multiplied by 2^(shift − 31): a "
        + "negative shift makes the number smaller."
    },
    Misconception(
      "shift-of-the-significand",
      givesOneOf: [
        { (right($0).mantissa, right($0).shift - 1) }, { (right($0).mantissa, Int($0.exponent)) },
        { (Int32((fraction(of: $0).0 * 0x1p31).rounded().clamped), Int($0.exponent)) },
      ],
      because: { _ in
        "Your mantissa is right, and the shift is one too small. It fits a significand between one and two; as a "
          + "part of 2^31 the mantissa is between a half and one."
      }),
    Misconception("not-normalized") { real in
      real < 1 ? (Int32((real * 0x1p31).rounded(.toNearestOrAwayFromZero).clamped), 0) : nil
    } because: { _ in
      "You left the shift at 0. The number is right, but the mantissa begins with zeros, and each of them is a "
        + "bit of precision lost."
    },
    Misconception("bit-lost") { real in
      let (fraction, shift) = fraction(of: real)
      return (Int32((fraction * 0x1p30).rounded()), shift + 1)
    } because: { _ in
      "Your mantissa is below 2^30: half as large as it can be, so that one bit of it is never used."
    },
    Misconception("fraction-cut") { real in
      let (fraction, shift) = fraction(of: real)
      return (Int32(fraction * 0x1p31), shift)
    } because: { _ in
      "What is behind the mantissa's point was cut off, as Int32(…) does it. The nearest mantissa is asked for."
    },
    Misconception("carry-held-back") { real in
      let (fraction, shift) = fraction(of: real)
      return (Int32((fraction * 0x1p31).rounded().clamped), shift)
    } because: { _ in
      "Rounded, the mantissa would be 2^31. You held it back at 2^31 − 1; but half of it with one more in the "
        + "shift is the same number, and nearer."
    },
  ]
}

extension Double {
  /// The number, or the largest that an `Int32` holds.
  fileprivate var clamped: Double { min(self, 0x1p31 - 1) }
}
