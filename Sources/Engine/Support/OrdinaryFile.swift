import Platform

/// An ordinary file that is open for reading, from its beginning on or at any offset.
///
/// It is read, not mapped: a mapped file that another program truncates would end the process.
package final class OrdinaryFile {
  /// The path by which it was opened.
  package let path: String
  /// The size of the file in bytes when it was opened.
  package let size: Int
  /// The descriptor, which stays open as long as this object.
  package let descriptor: Int32

  /// Opens a file; a link is followed unless the caller says otherwise.
  ///
  /// - Throws: ``FileError`` if it must not be read, or is a folder, a pipe or a device.
  package init(path: String, followsLink: Bool = true) throws(FileError) {
    // Without blocking: a pipe without a writer is refused below instead of waited for.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followsLink ? 0 : O_NOFOLLOW))
    guard descriptor >= 0 else { throw FileError("open", path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw FileError("open", path, reason: "it is not an ordinary file")
    }
    (self.path, size) = (path, Int(status.st_size))
  }

  deinit { close(descriptor) }

  /// Reads on from the end of the previous such call, at most as many bytes as `chunk` holds.
  ///
  /// - Returns: The number of bytes, 0 at the end of the file.
  /// - Throws: ``FileError`` with the system's reason.
  package func read(into chunk: inout [UInt8]) throws(FileError) -> Int {
    let count = readSome(descriptor, into: &chunk)
    guard count >= 0 else { throw FileError("read", path) }
    return count
  }

  /// Reads the bytes of a range within `0 ..< size`.
  ///
  /// - Throws: ``FileError`` with the system's reason, or if the file became shorter since it was opened.
  package func read(_ range: Range<Int>) throws(FileError) -> [UInt8] {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
      while filled < range.count {
        // At most 1 GiB at a time: systems refuse or shorten larger requests.
        let wanted = min(range.count - filled, 1 << 30)
        let count = pread(
          descriptor, buffer.baseAddress?.advanced(by: filled), wanted, off_t(range.lowerBound + filled))
        if count > 0 { filled += count }
        if count < 0, errno != EINTR { failure = errno }
        if count == 0 || failure != 0 { return }
      }
    }
    guard failure == 0 else { throw FileError("read", path, code: failure) }
    guard bytes.count == range.count else {
      throw FileError("read", path, reason: "it became shorter while it was read")
    }
    return bytes
  }
}
