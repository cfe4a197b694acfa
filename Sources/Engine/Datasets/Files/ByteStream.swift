import Support

/// The bytes of a file in order, decompressed on the way if the file is gzip's.
///
/// What the file is, its first two bytes say, not its name. Several gzip members in a row count as one
/// stream, as RFC 1952 has it; anything else behind the end of the data is an error.
final class ByteStream {
  let path: String
  /// The most bytes that the stream can give, known before any is decompressed.
  ///
  /// Deflate's longest match makes 258 bytes out of 2 bits: a file grows by a factor of 1032 at most.
  let largestLength: Int

  private let file: OrdinaryFile
  private let inflater: Inflater?
  private var chunk = [UInt8](repeating: 0, count: 1 << 16)
  private var unread: Range<Int>
  /// False between the end of one gzip member and the beginning of the next.
  private var isInsideMember = true

  init(path: String) throws(DatasetError) {
    let opened: OrdinaryFile
    let filled: Int
    do throws(FileError) {
      opened = try OrdinaryFile(path: path)
      filled = try opened.read(into: &chunk)
    } catch {
      throw .unreadable(path: path, reason: error.reason)
    }
    let isGzip = filled >= 2 && chunk[0] == 0x1F && chunk[1] == 0x8B
    let (most, overflow) = opened.size.multipliedReportingOverflow(by: 1032)
    largestLength = isGzip ? (overflow ? Int.max : most) : opened.size
    inflater = isGzip ? Inflater() : nil
    unread = 0..<filled
    self.path = path
    file = opened
  }

  /// The next bytes: `count` of them, or fewer where the stream ends.
  func read(_ count: Int) throws(DatasetError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    while bytes.count < count {
      if unread.isEmpty { try refill() }
      let isAtEnd = unread.isEmpty
      if let inflater {
        if isAtEnd, !isInsideMember { break }
        bytes += try decompress(count - bytes.count, with: inflater)
      } else {
        if isAtEnd { break }
        bytes += copy(count - bytes.count)
      }
    }
    return bytes
  }

  /// Reads the next chunk of the file, none at its end.
  private func refill() throws(DatasetError) {
    do throws(FileError) { unread = 0..<(try file.read(into: &chunk)) } catch {
      throw .unreadable(path: path, reason: error.reason)
    }
  }

  private func copy(_ count: Int) -> ArraySlice<UInt8> {
    let end = unread.lowerBound + min(count, unread.count)
    defer { unread = end..<unread.upperBound }
    return chunk[unread.lowerBound..<end]
  }

  private func decompress(
    _ count: Int, with inflater: Inflater
  ) throws(DatasetError) -> [UInt8] {
    if !isInsideMember {
      guard chunk[unread.lowerBound] == 0x1F else {
        throw .corruptGzip(path: path, reason: "other bytes follow the end of its data")
      }
      inflater.reset()
      isInsideMember = true
    }
    var step: Inflater.Step?
    let output = [UInt8](unsafeUninitializedCapacity: count) { buffer, produced in
      step = chunk.withUnsafeBytes { bytes in
        inflater.step(
          from: UnsafeRawBufferPointer(rebasing: bytes[unread]), into: UnsafeMutableRawBufferPointer(buffer))
      }
      produced = step?.produced ?? 0
    }
    guard let step else { throw .corruptGzip(path: path, reason: inflater.failure) }
    if unread.isEmpty, step.produced == 0, !step.isEnd {
      throw .corruptGzip(path: path, reason: "it ends before its data do")
    }
    unread = unread.lowerBound + step.consumed..<unread.upperBound
    isInsideMember = !step.isEnd
    return output
  }
}
