import CZlib

/// Decompresses gzip data piece by piece, with zlib.
///
/// A class, since zlib keeps a pointer to its `z_stream`, which must therefore stay where it is.
final class Inflater {
  /// What one step of decompression came to.
  struct Step {
    /// How many bytes of input were used up.
    let consumed: Int
    /// How many bytes of output were written.
    let produced: Int
    /// True if the gzip data came to its end, its checksum and length right.
    let isEnd: Bool
  }

  private let stream: UnsafeMutablePointer<z_stream>

  init() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15 is the largest window; 16 more means gzip's header and trailer around it.
    let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK)
  }

  deinit {
    inflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  /// Begins anew, as for the next of several gzip streams in one file.
  func reset() { inflateReset(stream) }

  /// Decompresses from `input` into `output`; returns nil, and zlib's reason is in `failure`, if damaged.
  func step(from input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Step? {
    // zlib does not write through next_in; its type merely lacks the const.
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress?.assumingMemoryBound(to: Bytef.self))
    stream.pointee.avail_in = UInt32(input.count)
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: Bytef.self)
    stream.pointee.avail_out = UInt32(output.count)
    let status = inflate(stream, Z_NO_FLUSH)
    // Z_BUF_ERROR says only that input or output ran out.
    guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { return nil }
    return Step(
      consumed: input.count - Int(stream.pointee.avail_in),
      produced: output.count - Int(stream.pointee.avail_out), isEnd: status == Z_STREAM_END)
  }

  /// Why the last step failed, in zlib's words.
  var failure: String { stream.pointee.msg.map { String(cString: $0) } ?? "damaged data" }
}
