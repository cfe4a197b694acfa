import FixedPoint
import Support
import Testing

@Suite struct NudgedRangeTests {
  @Test func `a worked example of nudging has the numbers computed by hand`() {
    // 2/255 per step; 0 is 1/(2/255) = 127.5 steps up, a hair less in Float: code 127. The range moves
    // up by half a step: −127 … 128 steps.
    let range = NudgedRange(low: -1, high: 1)
    #expect(range.scale == Float(2) / 255 && range.inverseScale == 127.5)
    #expect(range.exactZeroPoint == Float(127.5).nextDown && range.zeroPoint == 127)
    #expect(range.lowest == -127 * range.scale && range.highest == 128 * range.scale)
    #expect(range.shift == Float(0.5) - 0x1p-17)  // one unit in the last place of 127.5
    #expect(range.dequantize(0) == range.lowest && range.dequantize(255) == range.highest)
  }

  @Test func `nudging shifts a range without 0 until it includes 0`() {
    // 0.5…1: code −255 would be needed for 0, so code 0 it is, and the range becomes 0…0.5.
    let above = NudgedRange(low: 0.5, high: 1)
    #expect((above.lowest, above.highest) == (0, 0.5) && abs(above.shift + 255) < 0.001)
    let below = NudgedRange(low: -1, high: -0.5, narrowRange: true)
    #expect((below.lowest, below.highest) == (-0.5, 0))
  }

  @Test func `nudging puts 0 at a code and shifts the ends by at most half a step`() {
    var generator = SeededGenerator(seed: 11)
    for _ in 0..<20_000 {
      let bits = 1 + generator.below(16)
      let low = generator.uniform(-3, 0)
      let high = generator.uniform(0.001, 3)
      let range = NudgedRange(low: low, high: high, bitWidth: bits, narrowRange: bits > 1 && bits % 3 == 0)
      #expect(range.firstCode <= range.zeroPoint && range.zeroPoint <= range.lastCode)
      #expect(range.dequantize(range.zeroPoint) == 0)
      #expect(abs(range.shift) <= 0.5)
      // Each end is a rounded product of up to 2^16 steps, so half a step and 2^−7 more at the most.
      #expect(abs(range.lowest - low) <= range.scale * 0.508)
      #expect(abs(range.highest - high) <= range.scale * 0.508)
    }
  }

  @Test func `degenerate nudged ranges have the values of the arithmetic`() {
    let empty = NudgedRange(low: 0, high: 0)
    #expect(empty.scale == 0 && empty.exactZeroPoint.isNaN && empty.zeroPoint == 0)
    let point = NudgedRange(low: 2, high: 2)  // 0 − 2/0 = −∞, below every code
    #expect(point.scale == 0 && point.inverseScale == .infinity && point.zeroPoint == 0)
    let huge = NudgedRange(low: -3e38, high: 3e38)  // the width overflows
    #expect(huge.scale == .infinity && huge.zeroPoint == 0 && huge.lowest.isNaN)
  }

  @Test func `symmetric ends put 0 at the middle code`() {
    let narrow = NudgedRange.symmetricEnds(low: -1, high: 3, bitWidth: 8, narrowRange: true)
    #expect(narrow == (-3, 3))
    // 128 codes below 0 and 127 above: −1.28 with 1.27 are in balance, so 1.27 asks for −1.28.
    let full = NudgedRange.symmetricEnds(low: -0.5, high: 1.27, bitWidth: 8, narrowRange: false)
    #expect(abs(full.low + 1.28) <= 2 * Float(1.28).ulp && full.high == 1.27)
    #expect(NudgedRange.symmetricEnds(low: -1, high: 3, bitWidth: 1, narrowRange: false) == (-3, 0))
  }
}
