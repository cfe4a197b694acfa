import CZlib
import Support

/// The bytes of a file in order, decompressed if the file is gzip's.
///
/// A gzip file is recognized by its first two bytes, not by its name. Several gzip members in a row are one stream,
/// as in RFC 1952; other bytes after the end of the data are an error.
final class ByteStream {
  let path: String
  /// An upper bound for the length of the stream, known before decompression.
  ///
  /// Deflate's longest match makes 258 bytes out of 2 bits: a file grows by a factor of at most 1032.
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

  /// Reads the next `count` bytes, or fewer where the stream ends.
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

  /// Reads the next chunk of the file, which is empty at its end.
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

/// A decompressor of gzip data in pieces, by zlib.
///
/// It is a class because zlib keeps a pointer to its `z_stream`, which must not move.
private final class Inflater {
  /// The result of one step of decompression.
  struct Step {
    /// The number of bytes of input consumed.
    let consumed: Int
    /// The number of bytes of output written.
    let produced: Int
    /// True at the end of the gzip data, if its checksum and length are right.
    let isEnd: Bool
  }

  private let stream: UnsafeMutablePointer<z_stream>

  init() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15 is the largest window; adding 16 asks for gzip's header and trailer.
    let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK)
  }

  deinit {
    inflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  /// Starts over, for the next of several gzip members in one file.
  func reset() { inflateReset(stream) }

  /// Decompresses from `input` into `output`.
  ///
  /// - Returns: Nil if the data is damaged; ``failure`` then has zlib's reason.
  func step(from input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Step? {
    // zlib does not write through next_in; its type merely lacks the const.
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: Bytef.self))
    stream.pointee.avail_in = UInt32(input.count)
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: Bytef.self)
    stream.pointee.avail_out = UInt32(output.count)
    let status = inflate(stream, Z_NO_FLUSH)
    // Z_BUF_ERROR means only that input or output ran out.
    guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { return nil }
    return Step(
      consumed: input.count - Int(stream.pointee.avail_in),
      produced: output.count - Int(stream.pointee.avail_out), isEnd: status == Z_STREAM_END)
  }

  /// The reason why the last step failed, in zlib's words.
  var failure: String { stream.pointee.msg.map { String(cString: $0) } ?? "damaged data" }
}
