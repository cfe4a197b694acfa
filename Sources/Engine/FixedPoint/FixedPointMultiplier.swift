import Support

/// A real multiplier in integer arithmetic: a 32-bit mantissa and a shift.
///
///     multiplier ≈ mantissa × 2^(shift − 31),   mantissa 2^30 … 2^31 − 1, or 0
///
/// Integer inference multiplies every int32 accumulator by scaleIn × scaleWeights ÷ scaleOut to compute the codes of the
/// next tensor. The product has to be rounded. TFLite has two ways, whose results differ by at most one: see
/// ``Roundings``.
///
/// Source: Jacob et al., 2018, section 2.2, eq. 6 (arXiv:1712.05877).
public struct FixedPointMultiplier: Hashable, Codable, Sendable {
  private enum CodingKeys: String, CodingKey { case mantissa, shift }

  /// The number of roundings that reduce the product to 32 bits.
  public enum Roundings: String, CaseIterable, Codable, Sendable {
    /// Once, half up, from the 64-bit product: TFLite built with `TFLITE_SINGLE_ROUNDING`.
    case single
    /// Twice: half up to the high 32 bits, then half away from zero by the shift, as gemmlowp and TFLite do by
    /// default. A product that the first rounding raises to a tie is raised again by the second.
    case double
  }

  /// The multiplier's significant bits, as a fraction of 2^31.
  public let mantissa: Int32
  /// The exponent of the power of two, −31 to 30; above 0 it shifts left.
  public let shift: Int

  /// Creates a multiplier from its parts, such as the ones that a converter prints.
  public init(mantissa: Int32, shift: Int) {
    require(
      mantissa >= 0 && (-31...30).contains(shift),
      "FixedPointMultiplier: expected a mantissa of zero or above and a shift of -31...30, got \(mantissa) and"
        + " \(shift)")
    (self.mantissa, self.shift) = (mantissa, shift)
  }

  /// Reads a multiplier and checks its parts.
  ///
  /// - Throws: `DecodingError` whose description says what was expected.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    mantissa = try container.decode(Int32.self, forKey: .mantissa)
    shift = try container.decode(Int.self, forKey: .shift)
    guard mantissa >= 0, (-31...30).contains(shift) else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "a fixed-point multiplier has a mantissa of zero or above and a shift of"
            + " -31...30; got \(mantissa) and \(shift)"))
    }
  }

  /// Creates the multiplier nearest to a real number.
  ///
  /// A number below 2^−32 becomes 0, since every product with a 32-bit integer would round to 0. A number above
  /// 2^30 becomes the largest multiplier.
  ///
  /// - Throws: ``QuantizerError/multiplierNotRepresentable(_:)`` if it is negative, infinite or NaN.
  public init(_ multiplier: Double) throws(QuantizerError) {
    guard multiplier.isFinite, multiplier >= 0 else { throw .multiplierNotRepresentable(multiplier) }
    guard multiplier >= 0x1p-32 else {  // below, a shift under −31 would be needed
      (mantissa, shift) = (0, 0)
      return
    }
    // frexp: multiplier = fraction × 2^exponent with fraction ½ ..< 1.
    var fraction = Int64((multiplier.significand * 0x1p30).rounded(.toNearestOrAwayFromZero))
    var exponent = Int(multiplier.exponent) + 1
    if fraction == 1 << 31 { (fraction, exponent) = (1 << 30, exponent + 1) }
    if exponent > 30 { (fraction, exponent) = ((1 << 31) - 1, 30) }
    (mantissa, shift) = (Int32(fraction), exponent)
  }

  /// The exact value of the multiplier; it differs from the real number it was created from by at most 2^−31,
  /// relatively.
  public var realValue: Double { Double(sign: .plus, exponent: shift - 31, significand: Double(mantissa)) }

  /// `value` × the multiplier, rounded to an integer and saturated to 32 bits.
  ///
  /// It also saturates where TFLite's result is undefined because of an overflow.
  public func apply(to value: Int32, roundings: Roundings = .double) -> Int32 {
    switch roundings {
    case .single:
      let product = Int64(value) * Int64(mantissa)
      return Int32(clamping: RoundingRule.halfUp.shiftedRight(product, by: 31 - shift))
    case .double:
      let high = Self.saturatingRoundingDoublingHighMultiply(
        value.shiftedLeftSaturating(by: max(shift, 0)), mantissa)
      return Self.roundingDivide(high, byPowerOfTwo: max(-shift, 0))
    }
  }

  /// The high 32 bits of 2 × `a` × `b`, rounded half up: the product of two Q31 fractions.
  ///
  /// −1 × −1 is the only product that does not fit; it saturates.
  public static func saturatingRoundingDoublingHighMultiply(_ a: Int32, _ b: Int32) -> Int32 {
    Int32(clamping: RoundingRule.halfUp.shiftedRight(Int64(a) * Int64(b), by: 31))
  }

  /// `value` ÷ 2^`exponent`, rounded half away from zero; the exponent is 0 to 31.
  public static func roundingDivide(_ value: Int32, byPowerOfTwo exponent: Int) -> Int32 {
    Int32(truncatingIfNeeded: RoundingRule.halfAwayFromZero.shiftedRight(Int64(value), by: exponent))
  }
}

extension FixedPointMultiplier: CustomStringConvertible {
  /// Mantissa and exponent, as in `1717986918 · 2^(-3 − 31)` for 0.1.
  public var description: String { "\(mantissa) · 2^(\(shift) − 31)" }
}
