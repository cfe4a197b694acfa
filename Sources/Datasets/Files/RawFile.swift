import Support

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// An ordinary file open for reading from its beginning to its end.
final class RawFile {
  let path: String
  /// The size of the file in bytes when it was opened.
  let size: Int
  private let descriptor: Int32

  init(path: String) throws(DatasetError) {
    // Without blocking, so that a pipe without a writer is refused below and not waited for.
    descriptor = openForReading(path)
    guard descriptor >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      closeDescriptor(descriptor)
      throw .unreadable(path: path, reason: "it is not an ordinary file")
    }
    (self.path, self.size) = (path, Int(status.st_size))
  }

  deinit { closeDescriptor(descriptor) }

  /// Reads up to as many bytes as the chunk holds; 0 at the end of the file.
  func read(into chunk: inout [UInt8]) throws(DatasetError) -> Int {
    let count = readSome(descriptor, into: &chunk)
    guard count >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
    return count
  }
}

// At file level, where `open` and `close` are the system's.

private func openForReading(_ path: String) -> Int32 { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }

private func closeDescriptor(_ descriptor: Int32) { _ = close(descriptor) }
