/// A real multiplier of 53 significant bits, applied with integers alone.
///
///     multiplier = significand × 2^exponent
///
/// LiteRT's reference `FullyConnected` multiplies an accumulator, as a 64-bit float, by the multiplier and
/// rounds the product half away from zero. This type gives the same result in integers: the exact product has
/// up to 84 bits, of which a 64-bit float keeps the upper 53, rounded half to even; a shift follows.
package struct SignificandMultiplier: Sendable {
  /// 0, or 2^52 … 2^53 − 1.
  package let significand: UInt64
  package let exponent: Int

  /// `value` × the multiplier, rounded half away from zero and saturated to 32 bits.
  package func apply(to value: Int32) -> Int32 {
    let product = UInt64(value.magnitude).multipliedFullWidth(by: significand)
    let zeros =
      product.high == 0 ? 64 + product.low.leadingZeroBitCount : product.high.leadingZeroBitCount
    let dropped = max(128 - zeros - 53, 0)  // at most 31: the product has up to 84 bits
    let kept = Self.halfToEven(product, droppingBits: dropped)
    let magnitude = Self.halfUp(kept, times: exponent + dropped)
    return value < 0 ? Int32(clamping: -magnitude) : Int32(clamping: magnitude)
  }

  /// The upper bits of a product, rounded half to even; at most 2^53.
  private static func halfToEven(_ product: (high: UInt64, low: UInt64), droppingBits count: Int) -> UInt64 {
    guard count > 0 else { return product.low }
    let floor = product.high << UInt64(64 - count) | product.low >> UInt64(count)
    let remainder = product.low & ((1 << UInt64(count)) - 1)
    let half: UInt64 = 1 << UInt64(count - 1)
    return remainder > half || (remainder == half && floor & 1 == 1) ? floor + 1 : floor
  }

  /// `value` × 2^`exponent`, rounded half up to an integer and limited to 2^62.
  private static func halfUp(_ value: UInt64, times exponent: Int) -> Int64 {
    if exponent >= 0 {
      return value == 0 ? 0 : exponent > 9 ? 1 << 62 : Int64(value) << Int64(exponent)
    }
    guard exponent >= -55 else { return 0 }  // value ≤ 2^53 is less than half
    return Int64((value + (1 << UInt64(-exponent - 1))) >> UInt64(-exponent))
  }
}

extension FixedPointMultiplier {
  /// This multiplier divided by a count, as in LiteRT's `MEAN`.
  ///
  /// The mantissa is shifted left first, to keep as many bits of the quotient as possible; the rest is
  /// truncated.
  package func divided(by count: Int) -> FixedPointMultiplier {
    let logarithm = Int.bitWidth - 1 - count.leadingZeroBitCount
    let bits = min(logarithm, 32, 31 + shift)
    let quotient = (Int64(mantissa) << Int64(bits)) / Int64(count)
    return FixedPointMultiplier(mantissa: Int32(truncatingIfNeeded: quotient), shift: shift - bits)
  }
}

// MARK: - With floats

extension FixedPointMultiplier {
  /// Creates the multiplier nearest to a real number, which the model's checks found finite and not negative.
  package init(checked multiplier: Double) {
    do { try self.init(multiplier) } catch { preconditionFailure() }
  }

  /// Creates a multiplier with 8 fractional bits, as XNNPACK's `xnn_init_qs8_cvt_scalar_params` does.
  package init(inEightBits ratio: Float) {
    self.init(mantissa: Int32(saturating: (256 * ratio).rounded(.toNearestOrEven)), shift: 23)
  }
}

extension SignificandMultiplier {
  /// Creates the multiplier from a normal number above zero, exactly.
  package init(_ multiplier: Double) {
    significand = UInt64(multiplier.significand * 0x1p52)
    exponent = Int(multiplier.exponent) - 52
  }
}

/// A multiplier of float requantization.
///
///     inputScale · weightScale / outputScale,   the product rounded to 32 bits before the division
///
/// XNNPACK and ONNX Runtime convert the accumulator to a float, which rounds beyond 2^24, multiply it, and
/// round the product half to even.
package struct FloatMultiplier: Sendable {
  package let value: Float
  /// The divisor of the product: the scale in ONNX Runtime's quantization, 1 for all other multipliers.
  package let divisor: Float

  /// Creates a multiplier, with a divisor other than 1 for ONNX Runtime's quantization.
  package init(value: Float, divisor: Float = 1) { (self.value, self.divisor) = (value, divisor) }

  /// `accumulator` × the multiplier, rounded half to even and saturated to 32 bits.
  package func apply(to accumulator: Int32) -> Int32 {
    Int32(saturating: (Float(accumulator) * value / divisor).rounded(.toNearestOrEven))
  }
}
