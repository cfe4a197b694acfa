#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// An ordinary file open for reading anywhere in it.
///
/// It is read, not mapped: a mapped file that another program cuts short ends the process.
final class RandomAccessFile {
  let path: String
  /// The size of the file in bytes when it was opened.
  let size: Int
  private let descriptor: Int32

  init(path: String) throws(SafetensorsError) {
    // Without blocking, so that a pipe without a writer is refused below and not waited for.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw SafetensorsError(file: path, cause: .unreadable(reason: String(cString: strerror(errno))))
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw SafetensorsError(file: path, cause: .unreadable(reason: "it is not an ordinary file"))
    }
    (self.path, size) = (path, Int(status.st_size))
  }

  deinit { close(descriptor) }

  /// The bytes of a range that lies within `0 ..< size`.
  func read(_ range: Range<Int>) throws(SafetensorsError) -> [UInt8] {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
      while filled < range.count {
        // No more than 1 GiB at a time: systems refuse or shorten larger requests.
        let wanted = min(range.count - filled, 1 << 30)
        let count = pread(
          descriptor, buffer.baseAddress?.advanced(by: filled), wanted, off_t(range.lowerBound + filled))
        if count > 0 { filled += count }
        if count < 0, errno != EINTR { failure = errno }
        if count == 0 || failure != 0 { return }
      }
    }
    guard failure == 0 else {
      throw SafetensorsError(file: path, cause: .unreadable(reason: String(cString: strerror(failure))))
    }
    guard bytes.count == range.count else {
      throw SafetensorsError(file: path, cause: .unreadable(reason: "it became shorter while it was read"))
    }
    return bytes
  }
}
