import TestSupport

/// A small dataset in every form the reader meets, made outside Swift.
enum Fixture {
  /// Three images of 4 rows and 5 columns: pixel = (83 · image + 29 · row + 7 · column) mod 256.
  static let pixels: [UInt8] = (0..<60).map { index in
    let (image, row, column) = (index / 20, index / 5 % 4, index % 5)
    return UInt8((83 * image + 29 * row + 7 * column) % 256)
  }

  static let labels: [UInt8] = [7, 0, 9]

  /// The images' plain file: the magic number of bytes in three dimensions, 3, 4, 5, and the pixels.
  static let images: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5] + pixels

  /// The labels' plain file.
  static let labelFile: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 3] + labels

  /// The images' plain file through Python's `gzip.GzipFile(mtime=0, compresslevel=9)`.
  static let compressedImages = bytes(
    """
    1f8b08000000000002ff6360e06066606000611620666560e713959155d136b2b472f4f00f0b8f4bcd290e8e4accc82f
    28af6bede99d327bd1ca551b77ec3fb66ced96dd870e9fba78e3fe83e7efbefef9cbc22d24090084e53a4d4c000000
    """)

  /// The labels' plain file, compressed in the same way.
  static let compressedLabels = bytes("1f8b08000000000002ff6360e060646060606667e00400a512d3720b000000")

  /// A header that announces one image of 2×2, and then 100,000 zeros, compressed to 141 bytes.
  static let bomb = bytes(
    """
    1f8b08000000000002ffedc3b11100100000b14763ff89290ca148ee527b55e39e2f0000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    00000000000000000000000000000000000000000000000000000000000000000000f0a903b8a951b2b0860100
    """)

  private static func bytes(_ hex: String) -> [UInt8] {
    let digits: [Int] = hex.compactMap(\.hexDigitValue)
    var bytes: [UInt8] = []
    for place in stride(from: 0, to: digits.count, by: 2) {
      let byte: Int = 16 * digits[place] + digits[place + 1]
      bytes.append(UInt8(byte))
    }
    return bytes
  }
}
