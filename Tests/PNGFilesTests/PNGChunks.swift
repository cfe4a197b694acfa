/// PNG files built chunk by chunk.
enum PNGChunks {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// A number as four bytes, big-endian.
  static func big(_ value: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(value >> $0 & 255) } }

  /// A chunk with its checksum.
  static func chunk(_ kind: String, _ content: [UInt8]) -> [UInt8] {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in Array(kind.utf8) + content {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return big(UInt32(content.count)) + Array(kind.utf8) + content + big(~crc)
  }

  /// A zlib stream of uncompressed (stored) blocks.
  static func stored(_ bytes: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    for start in stride(from: 0, to: max(bytes.count, 1), by: 65_535) {
      let block = bytes[start..<min(start + 65_535, bytes.count)]
      let (low, high) = (UInt8(block.count & 255), UInt8(block.count >> 8))
      stream += [start + 65_535 >= bytes.count ? 1 : 0, low, high, ~low, ~high] + block
    }
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      a = (a + UInt32(byte)) % 65_521
      b = (b + a) % 65_521
    }
    return stream + big(b << 16 | a)
  }

  /// An image of one black pixel, with chunks before the pixel.
  static func image(_ chunks: [UInt8]) -> [UInt8] {
    signature + chunk("IHDR", big(1) + big(1) + [8, 2, 0, 0, 0]) + chunks
      + chunk("IDAT", stored([0, 0, 0, 0])) + chunk("IEND", [])
  }

  /// The concatenated contents of all chunks of a kind.
  static func contents(of kind: String, in file: [UInt8]) -> [UInt8] {
    var (found, offset): ([UInt8], Int) = ([], 8)
    while offset + 12 <= file.count {
      let length = file[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
      if file[offset + 4..<offset + 8].elementsEqual(kind.utf8) {
        found += file[offset + 8..<offset + 8 + length]
      }
      offset += 12 + length
    }
    return found
  }
}
