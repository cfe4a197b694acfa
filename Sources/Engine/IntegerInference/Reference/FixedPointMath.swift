import FixedPoint

/// Functions of fixed-point numbers with the constants and roundings of gemmlowp.
///
/// A number with n integer bits is an `Int32` in units of 2^(n − 31), so its values lie in −2^n ..< 2^n.
///
/// Source: gemmlowp, `fixedpoint/fixedpoint.h`.
enum FixedPointMath {
  /// The product, which has as many integer bits as both factors together.
  static func product(_ a: Int32, _ b: Int32) -> Int32 {
    FixedPointMultiplier.saturatingRoundingDoublingHighMultiply(a, b)
  }

  /// e^a for `a` ≤ 0 with 5 integer bits; the result has no integer bits.
  ///
  /// a = f − q/4 with f in −¼ ..< 0. A polynomial gives e^f; each bit of q then multiplies by a constant:
  /// e^(−¼), e^(−½), … e^(−16).
  static func exponential(_ a: Int32) -> Int32 {
    if a == 0 { return .max }  // the number without integer bits that is nearest to 1
    let quarter: Int32 = 1 << 24
    let fraction = (a & (quarter - 1)) - quarter
    var result = exponentialOfQuarter(fraction.shiftedLeftSaturating(by: 5))
    let rest = fraction - a
    for (bit, power) in powers.enumerated() where rest & (quarter << Int32(bit)) != 0 {
      result = product(result, power)
    }
    return result
  }

  /// e^(−¼), e^(−½), e^(−1), e^(−2), e^(−4), e^(−8), e^(−16) in units of 2^−31.
  private static let powers: [Int32] = [
    1_672_461_947, 1_302_514_674, 790_015_084, 290_630_308, 39_332_535, 720_401, 242,
  ]

  /// e^a for `a` in −¼ ..< 0 without integer bits: four terms of the Taylor series around −⅛.
  private static func exponentialOfQuarter(_ a: Int32) -> Int32 {
    let centre: Int32 = 1_895_147_668  // e^(−⅛)
    let third: Int32 = 715_827_883  // ⅓
    let x = a + (1 << 28)
    let x2 = product(x, x)
    let x3 = product(x2, x)
    let x4 = product(x2, x2)
    let quarterOfX4 = FixedPointMultiplier.roundingDivide(x4, byPowerOfTwo: 2)
    let higher = FixedPointMultiplier.roundingDivide(
      product(quarterOfX4 + x3, third) + x2, byPowerOfTwo: 1)  // x⁴/24 + x³/6 + x²/2
    return centre + product(centre, x + higher)
  }

  /// 1 / `x` for `x` > 0 with `integerBits` integer bits: a number ½ … 1 without integer bits, and the right
  /// shift that gives the quotient.
  ///
  /// x is normalized to 1 + f with f in 0 ..< 1; three steps of Newton–Raphson division follow.
  static func reciprocal(_ x: Int32, integerBits: Int) -> (value: Int32, bitsOverUnit: Int) {
    let headroom = x.leadingZeroBitCount
    let fraction = Int32(truncatingIfNeeded: (Int64(x) << Int64(headroom)) - (1 << 31))
    // (fraction + 1) / 2, rounded away from zero
    let halfDenominator = Int32(truncatingIfNeeded: (Int64(fraction) + Int64(Int32.max) + 1) / 2)
    let one: Int32 = 1 << 29  // 2 integer bits, as in what follows
    var quotient: Int32 = 1_515_870_810 + product(halfDenominator, -1_010_580_540)  // 48/17 − 32/17 · d
    for _ in 0..<3 {
      let error = one - product(halfDenominator, quotient)
      quotient += product(quotient, error).shiftedLeftSaturating(by: 2)
    }
    return (quotient.shiftedLeftSaturating(by: 1), integerBits - headroom)
  }
}
