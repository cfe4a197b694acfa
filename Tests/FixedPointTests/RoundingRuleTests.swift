import FixedPoint
import Support
import Testing

@Suite struct RoundingRuleTests {
  /// The table of the type's documentation, worked by hand.
  static let table: [(RoundingRule, [Float])] = [
    (.halfUp, [-2, -1, 0, 1, 2, 3, -1, 2]),
    (.halfToEven, [-2, -2, 0, 0, 2, 2, -1, 2]),
    (.halfAwayFromZero, [-3, -2, -1, 1, 2, 3, -1, 2]),
    (.towardZero, [-2, -1, 0, 0, 1, 2, -1, 1]),
  ]

  @Test(arguments: table)
  func `each rounding rule equals its row of the documentation's table`(
    _ rule: RoundingRule, _ expected: [Float]
  ) {
    let inputs: [Float] = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, -1.2, 1.8]
    for (input, result) in zip(inputs, expected) {
      #expect(rule.rounded(input) == result, "\(rule) of \(input)")
      #expect(rule.rounded(Double(input)) == Double(result), "\(rule) of \(input)")
    }
  }

  @Test(arguments: RoundingRule.allCases)
  func `floats next to a tie are not rounded as ties`(_ rule: RoundingRule) {
    // Half minus its last bit lies below the tie; adding 0.5 in Float would lift it to 1.
    #expect(rule.rounded(Float(0.5).nextDown) == 0)
    #expect(rule.rounded(Double(0.5).nextDown) == 0)
    #expect(rule.rounded(Float(0.5).nextUp) == (rule == .towardZero ? 0 : 1))
    #expect(rule.rounded(-Float(0.5).nextUp) == (rule == .towardZero ? 0 : -1))
  }

  @Test(arguments: RoundingRule.allCases)
  func `rounding does not change whole numbers`(_ rule: RoundingRule) {
    // From 2^23 every float is whole; 2^23 + 1 plus 0.5 would be a tie between two floats.
    for value: Float in [0, 1, -1, 0x1p23 + 1, -0x1p23 - 1, 0x1p60, .greatestFiniteMagnitude] {
      #expect(rule.rounded(value) == value)
    }
    #expect(rule.rounded(Float.infinity) == .infinity)
    #expect(rule.rounded(-Float.infinity) == -.infinity)
    #expect(rule.rounded(Float.nan).isNaN)
  }

  /// Every value of 12 bits by every shift, against the real quotient, which a `Double` holds exactly.
  @Test(arguments: RoundingRule.allCases)
  func `a rounding shift rounds the exact quotient`(_ rule: RoundingRule) {
    var wrong = 0
    for exponent in 0...14 {
      for value in Int64(-2048)...2048 {
        let quotient = Double(value) / Double(1 << exponent)
        if Double(rule.shiftedRight(value, by: exponent)) != rule.rounded(quotient) { wrong += 1 }
      }
    }
    #expect(wrong == 0)
  }

  @Test(arguments: RoundingRule.allCases)
  func `a rounding shift of the extremes does not overflow`(_ rule: RoundingRule) {
    // Int64.min / 2^62 = −2 exactly; Int64.max / 2^62 is just under 2, so 2 unless cut off.
    #expect(rule.shiftedRight(.min, by: 62) == -2)
    #expect(rule.shiftedRight(.max, by: 62) == (rule == .towardZero ? 1 : 2))
    #expect(rule.shiftedRight(.min, by: 0) == .min)
    #expect(rule.shiftedRight(.max, by: 0) == .max)
  }

  @Test func `symmetric rounding rules round opposite numbers to opposite integers`() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<10_000 {
      let value = (generator.uniform(-20, 20) * 4).rounded() / 4  // quarters, so a quarter of them ties
      for rule in [RoundingRule.halfToEven, .halfAwayFromZero, .towardZero] {
        #expect(rule.rounded(-value) == -rule.rounded(value))
      }
    }
    #expect(RoundingRule.halfUp.rounded(Float(-0.5)) != -RoundingRule.halfUp.rounded(Float(0.5)))
  }
}
