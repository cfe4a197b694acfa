import Support

/// An array of bytes from an IDX file, the format of MNIST, plain or compressed by gzip.
///
/// The file begins with a magic number: the bytes 0, 0, the element type (8: unsigned byte) and the number of
/// dimensions. The extent of each dimension follows as a big-endian 32-bit number, then the elements.
///
/// Source: LeCun, Cortes and Burges, "The MNIST Database of Handwritten Digits", section File Formats.
public struct IDXArray: Hashable, Sendable {
  /// The size of the largest array that is read by default: 1 GiB.
  public static let defaultLimit = 1 << 30

  /// The extent of each dimension, such as `[60000, 28, 28]`.
  public let dimensions: [Int]
  /// The elements in row-major order: the last dimension runs fastest.
  public let bytes: ContiguousArray<UInt8>

  /// Reads a file whose array has `rank` dimensions and at most `limit` bytes.
  ///
  /// No memory is allocated for the elements before the size of the file proves that it can hold them.
  ///
  /// - Throws: ``DatasetError`` if the file cannot be read, is no such file, is too large or damaged, ends too
  ///   early, or goes on after its end.
  public init(
    contentsOf path: String, rank: Int, limit: Int = IDXArray.defaultLimit
  ) throws(DatasetError) {
    require((1...255).contains(rank), "an IDX array has 1 to 255 dimensions; got a rank of \(rank)")
    let stream = try ByteStream(path: path)
    dimensions = try Self.readHeader(rank: rank, from: stream)
    let headerLength = Self.headerLength(rank: rank)
    guard let count = dimensions.checkedProduct, count <= min(limit, Int.max - headerLength) else {
      throw .tooLarge(path: path, dimensions: dimensions, limit: limit)
    }
    let length = headerLength + count
    guard length <= stream.largestLength else {
      throw .truncated(path: path, expected: length, found: stream.largestLength)
    }
    var bytes: ContiguousArray<UInt8> = []
    bytes.reserveCapacity(count)
    while bytes.count < count {
      let piece = try stream.read(min(1 << 18, count - bytes.count))
      guard !piece.isEmpty else {
        throw .truncated(path: path, expected: length, found: headerLength + bytes.count)
      }
      bytes += piece
    }
    guard try stream.read(1).isEmpty else { throw .trailingBytes(path: path, expected: length) }
    self.bytes = bytes
  }

  private static func headerLength(rank: Int) -> Int { 4 + 4 * rank }

  private static func readHeader(
    rank: Int, from stream: ByteStream
  ) throws(DatasetError) -> [Int] {
    let header = try stream.read(headerLength(rank: rank))
    let words = stride(from: 0, to: header.count - 3, by: 4).map { first in
      header[first..<first + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    let expected = 0x0800 | UInt32(rank)
    if let found = words.first, found != expected {
      throw .wrongMagic(path: stream.path, expected: expected, found: found)
    }
    guard header.count == headerLength(rank: rank) else {
      throw .truncated(path: stream.path, expected: headerLength(rank: rank), found: header.count)
    }
    return words.dropFirst().map { Int($0) }
  }
}
