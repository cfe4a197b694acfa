import FixedPoint
import Support
import Testing

@Suite struct FixedPointMultiplierTests {
  static let extremes: [Int32] = [
    .min, .min + 1, -(1 << 30) - 1, -(1 << 30), -(1 << 30) + 1, -3, -2, -1, 0, 1, 2, 3,
    (1 << 30) - 1, 1 << 30, (1 << 30) + 1, .max - 1, .max,
  ]

  /// ⌊numerator / 2^exponent + ½⌋: the quotient's whole bits, plus its first fractional bit.
  ///
  /// Exact: no product here needs more than 63 bits.
  static func halfUp(_ numerator: Int64, _ exponent: Int) -> Int64 {
    (numerator >> exponent) + (exponent == 0 ? 0 : (numerator >> (exponent - 1)) & 1)
  }

  static func halfAway(_ numerator: Int64, _ exponent: Int) -> Int64 {
    numerator < 0 ? -halfUp(-numerator, exponent) : halfUp(numerator, exponent)
  }

  static func clamped(_ value: Int64) -> Int32 { Int32(clamping: value) }

  /// Both ways of rounding, spelled out on the exact product.
  static func exact(_ value: Int32, _ multiplier: FixedPointMultiplier)
    -> (single: Int32, double: Int32)
  {
    let product = Int64(value) * Int64(multiplier.mantissa)
    let single = clamped(halfUp(product, 31 - multiplier.shift))
    let shifted = clamped(Int64(value) << max(multiplier.shift, 0))
    let high = clamped(halfUp(Int64(shifted) * Int64(multiplier.mantissa), 31))
    return (single, clamped(halfAway(Int64(high), max(-multiplier.shift, 0))))
  }

  @Test func `random fixed-point products equal exact arithmetic`() {
    var generator = SeededGenerator(seed: 12)
    var wrong = 0
    for _ in 0..<500_000 {
      let mantissa = Int32((1 << 30) + generator.below(1 << 30))
      let multiplier = FixedPointMultiplier(mantissa: mantissa, shift: generator.below(62) - 31)
      // Values of every length, since uniform ones would nearly all have 31 bits.
      let value = Int32(truncatingIfNeeded: generator.next()) >> Int32(generator.below(32))
      let expected = Self.exact(value, multiplier)
      if multiplier.apply(to: value, roundings: .single) != expected.single { wrong += 1 }
      if multiplier.apply(to: value, roundings: .double) != expected.double { wrong += 1 }
    }
    #expect(wrong == 0)
  }

  @Test func `extreme fixed-point products of every shift equal exact arithmetic`() {
    for shift in -31...30 {
      for mantissa in [0, 1 << 30, (1 << 30) + 1, .max] as [Int32] {
        let multiplier = FixedPointMultiplier(mantissa: mantissa, shift: shift)
        for value in Self.extremes {
          let expected = Self.exact(value, multiplier)
          #expect(multiplier.apply(to: value, roundings: .single) == expected.single)
          #expect(multiplier.apply(to: value) == expected.double)
        }
      }
    }
  }

  @Test func `the doubling high multiply rounds half up and saturates one product`() {
    // 2^30 × 1 × 2 / 2^32 = ½, and −½ goes up to 0: no rule that treats the signs alike.
    typealias M = FixedPointMultiplier
    #expect(M.saturatingRoundingDoublingHighMultiply(1 << 30, 1) == 1)
    #expect(M.saturatingRoundingDoublingHighMultiply(1 << 30, -1) == 0)
    #expect(M.saturatingRoundingDoublingHighMultiply(.min, .min) == .max)
    for a in Self.extremes {
      for b in Self.extremes {
        let exact = Self.clamped(Self.halfUp(Int64(a) * Int64(b), 31))
        #expect(M.saturatingRoundingDoublingHighMultiply(a, b) == exact, "\(a) × \(b)")
      }
    }
  }

  @Test func `division by a power of two rounds half away from zero`() {
    typealias M = FixedPointMultiplier
    #expect(
      [-6, -3, -2, -1, 1, 2, 3, 6].map { M.roundingDivide($0, byPowerOfTwo: 2) } == [
        -2, -1, -1, 0, 0, 1, 1, 2,
      ])
    for exponent in 0...31 {
      for value in Self.extremes {
        #expect(
          M.roundingDivide(value, byPowerOfTwo: exponent)
            == Self.clamped(Self.halfAway(Int64(value), exponent)))
      }
    }
  }

  @Test func `rounding a product twice differs from rounding it once by at most 1`() throws {
    // 3 × ½ × 2^−2 = 3/8. Rounded once: 0. Rounded twice: the high product 1.5 goes to 2, and 2/4 = ½, by
    // now a tie, goes to 1.
    let lifted = FixedPointMultiplier(mantissa: 1 << 30, shift: -2)
    #expect(lifted.apply(to: 3, roundings: .single) == 0 && lifted.apply(to: 3) == 1)
    let multiplier = try FixedPointMultiplier(0.003)
    let differing = (0..<100_000).filter {
      multiplier.apply(to: Int32($0), roundings: .single) != multiplier.apply(to: Int32($0))
    }
    #expect(!differing.isEmpty)
    for value in differing {
      let difference =
        multiplier.apply(to: Int32(value), roundings: .single) - multiplier.apply(to: Int32(value))
      #expect(abs(difference) == 1)
    }
  }

  @Test func `the mantissa of a multiplier has its highest bit set`() throws {
    // 0.75 = 0.75 × 2^0; 1 = 0.5 × 2^1; 0.1 = 0.8 × 2^−3.
    #expect(try FixedPointMultiplier(0.75) == FixedPointMultiplier(mantissa: 3 << 29, shift: 0))
    #expect(try FixedPointMultiplier(1) == FixedPointMultiplier(mantissa: 1 << 30, shift: 1))
    #expect(try FixedPointMultiplier(0.1) == FixedPointMultiplier(mantissa: 1_717_986_918, shift: -3))
    // Rounding 1 − 2^−40 to 31 bits gives 1, which takes another shift.
    #expect(try FixedPointMultiplier(1 - 0x1p-40) == FixedPointMultiplier(mantissa: 1 << 30, shift: 1))
    #expect(try FixedPointMultiplier(0) == FixedPointMultiplier(mantissa: 0, shift: 0))
    var generator = SeededGenerator(seed: 13)
    for _ in 0..<10_000 {
      let real =
        Double(generator.uniform(1, 2))
        * Double(sign: .plus, exponent: generator.below(61) - 32, significand: 1)
      let multiplier = try FixedPointMultiplier(real)
      #expect(multiplier.mantissa >= 1 << 30)
      #expect(abs(multiplier.realValue - real) <= real * 0x1p-31)
    }
  }

  @Test func `the description of a multiplier is its mantissa and exponent`() throws {
    #expect("\(try FixedPointMultiplier(0.1))" == "1717986918 · 2^(-3 − 31)")
  }

  @Test func `multipliers out of range become 0 or the largest one`() throws {
    #expect(try FixedPointMultiplier(0x1p-33) == FixedPointMultiplier(mantissa: 0, shift: 0))
    #expect(try FixedPointMultiplier(0x1p-32) == FixedPointMultiplier(mantissa: 1 << 30, shift: -31))
    #expect(try FixedPointMultiplier(Double.leastNonzeroMagnitude).mantissa == 0)
    #expect(try FixedPointMultiplier(1e30) == FixedPointMultiplier(mantissa: .max, shift: 30))
    for bad in [-0.5, Double.nan, .infinity] {
      #expect(throws: QuantizerError.self) { try FixedPointMultiplier(bad) }
    }
  }

  @Test func `a multiplier with an impossible shift stops the program`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = FixedPointMultiplier(mantissa: 1, shift: 31)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("a shift of -31...30, got 1 and 31"))
  }
}
