import FixedPoint
import Testing

@Suite struct SaturationTests {
  @Test func `conversion of real numbers to Int32 saturates`() {
    // 2^31 − 1 is no float; the nearest below is 2^31 − 128.
    #expect(Int32(saturating: Float(0x1p31)) == .max)
    #expect(Int32(saturating: Float(0x1p31).nextDown) == Int32.max - 127)
    #expect(Int32(saturating: Float(-0x1p31)) == .min)
    #expect(Int32(saturating: Float.infinity) == .max)
    #expect(Int32(saturating: -Float.infinity) == .min)
    #expect(Int32(saturating: Float.nan) == 0)
    #expect(Int32(saturating: 2_147_483_646.0) == Int32.max - 1)
    #expect(Int32(saturating: -1.75) == -1)
  }

  @Test func `saturating arithmetic stops at the ends of Int32`() {
    #expect(Int32.max.addingSaturating(1) == .max)
    #expect(Int32.min.addingSaturating(-1) == .min)
    #expect(Int32(5).addingSaturating(-7) == -2)
    #expect(Int32.min.subtractingSaturating(1) == .min)
    #expect(Int32.max.subtractingSaturating(-1) == .max)
    #expect(Int32(5).subtractingSaturating(7) == -2)
    #expect(Int32.min.multipliedSaturating(by: -1) == .max)
    #expect(Int32(1 << 16).multipliedSaturating(by: -(1 << 16)) == .min)
    #expect(Int32(-6).multipliedSaturating(by: 7) == -42)
    #expect(Int32(1).shiftedLeftSaturating(by: 31) == .max)
    #expect(Int32(-1).shiftedLeftSaturating(by: 31) == .min)
    #expect(Int32(-3).shiftedLeftSaturating(by: 4) == -48)
  }

  @Test func `values beyond a range are saturated to its ends`() {
    #expect(
      (-300...300).map { Int32($0).saturated(to: -128...127) } == (-300...300).map { max(-128, min(127, $0)) }
    )
  }
}
