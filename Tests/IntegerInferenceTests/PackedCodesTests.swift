import IntegerInference
import Testing

@Suite struct PackedCodesTests {
  @Test(arguments: 1...8) func everyCodeComesBackAtEveryPlace(_ bitWidth: Int) {
    let lowest = -(1 << (bitWidth - 1))
    let all = (lowest..<(-lowest)).map { Int8($0) }
    for count in 0...17 {
      for first in all {
        // The same codes at other bits: `count` codes before them.
        let codes = [Int8](repeating: first, count: count) + all
        let bytes = PackedCodes.packed(codes, bitWidth: bitWidth)
        #expect(bytes.count == (codes.count * bitWidth + 7) / 8)
        #expect(PackedCodes.unpacked(bytes, count: codes.count, bitWidth: bitWidth) == codes)
      }
    }
  }

  /// 3-bit codes 1, −1, 2 are 001, 111 and 010; from the lowest bit up: 10 111 001, and 0 in the next byte.
  @Test func codesLieFromTheLowestBitUp() {
    #expect(PackedCodes.packed([1, -1, 2], bitWidth: 3) == [0b1011_1001, 0])
    #expect(PackedCodes.packed([-8, 7], bitWidth: 4) == [0x78])
    #expect(PackedCodes.packed([-1, 0, -1], bitWidth: 1) == [0b101])
  }

  @Test func bytesThatAreNoCodesAreRefused() {
    #expect(PackedCodes.unpacked([0x78], count: 2, bitWidth: 4) == [-8, 7])
    #expect(PackedCodes.unpacked([0x78], count: 3, bitWidth: 4) == nil)
    #expect(PackedCodes.unpacked([0x78, 0], count: 2, bitWidth: 4) == nil)
    #expect(PackedCodes.unpacked([0x78], count: 1, bitWidth: 4) == nil)  // bits left over
    #expect(PackedCodes.unpacked([], count: -1, bitWidth: 4) == nil)
    #expect(PackedCodes.unpacked([], count: .max, bitWidth: 8) == nil)
  }
}
