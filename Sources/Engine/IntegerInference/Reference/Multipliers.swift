/// A real multiplier of 53 significant bits, applied with integers alone.
///
///     multiplier = significand × 2^exponent
///
/// LiteRT's reference `FullyConnected` multiplies an accumulator, as a 64-bit float, by the multiplier and
/// rounds the product half away from zero. The same in integers: the exact product has up to 84 bits; what a
/// 64-bit float would keep of it are the upper 53, rounded half to even; then the shift.
struct SignificandMultiplier {
  /// 0, or 2^52 … 2^53 − 1.
  let significand: UInt64
  let exponent: Int

  /// `value` × the multiplier, rounded half away from zero and saturated to 32 bits.
  func apply(to value: Int32) -> Int32 {
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

  /// `value` × 2^`exponent`, a fraction rounded half up; no more than 2^62.
  private static func halfUp(_ value: UInt64, times exponent: Int) -> Int64 {
    if exponent >= 0 {
      return value == 0 ? 0 : exponent > 9 ? 1 << 62 : Int64(value) << Int64(exponent)
    }
    guard exponent >= -55 else { return 0 }  // value ≤ 2^53 is less than half
    return Int64((value + (1 << UInt64(-exponent - 1))) >> UInt64(-exponent))
  }
}
