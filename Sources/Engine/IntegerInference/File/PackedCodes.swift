/// Codes of 1 to 8 bits, packed without gaps into a stream of bits.
///
/// Code i begins at bit i · bitWidth, counted from the lowest bit of the first byte, in two's complement.
/// Unused bits of the last byte are 0.
package enum PackedCodes {
  /// The number of bytes of `count` packed codes; nil if it overflows.
  package static func byteCount(_ count: Int, bitWidth: Int) -> Int? {
    let (bits, overflow) = count.multipliedReportingOverflow(by: bitWidth)
    return overflow || bits > Int.max - 7 ? nil : (bits + 7) / 8
  }

  /// Packs codes, each of which fits `bitWidth` bits.
  package static func packed(_ codes: [Int8], bitWidth: Int) -> [UInt8] {
    if bitWidth == 8 { return codes.map { UInt8(bitPattern: $0) } }
    let mask = UInt16(1) << UInt16(bitWidth) - 1
    var bytes = [UInt8](repeating: 0, count: (codes.count * bitWidth + 7) / 8)
    for (index, code) in codes.enumerated() {
      let bit = index * bitWidth
      let pair = (UInt16(UInt8(bitPattern: code)) & mask) << UInt16(bit % 8)
      bytes[bit / 8] |= UInt8(truncatingIfNeeded: pair)
      if pair > 0xFF { bytes[bit / 8 + 1] |= UInt8(pair >> 8) }
    }
    return bytes
  }

  /// Unpacks `count` codes; nil if there are too few or too many bytes, or if unused bits are not 0.
  package static func unpacked(_ bytes: [UInt8], count: Int, bitWidth: Int) -> [Int8]? {
    guard count >= 0, byteCount(count, bitWidth: bitWidth) == bytes.count else { return nil }
    let used = count * bitWidth % 8
    if used > 0, let last = bytes.last, last >> UInt8(used) != 0 { return nil }
    let unused = UInt8(8 - bitWidth)
    return (0..<count).map { index in
      let bit = index * bitWidth
      let high = bit % 8 + bitWidth > 8 ? UInt16(bytes[bit / 8 + 1]) : 0
      let pair = UInt16(bytes[bit / 8]) | high << 8
      // The code's highest bit becomes the byte's, and the shift back spreads it.
      return Int8(bitPattern: UInt8(truncatingIfNeeded: pair >> UInt16(bit % 8)) << unused) >> Int8(unused)
    }
  }
}
