import Platform
import Support

/// The beginning of a file that is being downloaded: it lies beside the file's place, with `.part` behind its name.
///
/// Every byte is handed to the system at once, so that a process that ends at any moment leaves what it had.
/// A lock keeps a second process from writing the same bytes.
final class PartialFile {
  private let path: String
  private let place: String
  private let descriptor: Int32
  /// How many bytes are there.
  private(set) var count: Int

  /// Opens what an earlier run left, or begins with nothing.
  init(of place: String) throws(FileError) {
    let path = place + ".part"
    // Without blocking and without following a link: only an ordinary file of this name will do.
    let descriptor = openForWriting(path)
    guard descriptor >= 0 else { throw PartialFile.failure("open", path, errno) }
    do throws(FileError) {
      count = try PartialFile.claim(descriptor, path)
    } catch {
      closeDescriptor(descriptor)
      throw error
    }
    (self.path, self.place, self.descriptor) = (path, place, descriptor)
  }

  deinit { closeDescriptor(descriptor) }

  /// Locks the file and gives its size.
  private static func claim(_ descriptor: Int32, _ path: String) throws(FileError) -> Int {
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
      throw FileError("write", path, reason: "another process is downloading it")
    }
    var (opened, named) = (stat(), stat())
    guard fstat(descriptor, &opened) == 0 else { throw failure("read", path, errno) }
    guard opened.st_mode & S_IFMT == S_IFREG else {
      throw FileError("write", path, reason: "it is not an ordinary file")
    }
    // Between opening and locking another process may have finished the file and renamed it.
    guard stat(path, &named) == 0, named.st_ino == opened.st_ino else {
      throw FileError("write", path, reason: "another process has just downloaded it")
    }
    return Int(opened.st_size)
  }

  /// Adds bytes at the end.
  func append(_ bytes: some Sequence<UInt8>) throws(FileError) {
    let bytes = ContiguousArray(bytes)
    var written = 0
    while written < bytes.count {
      let step = bytes.withUnsafeBytes { buffer in
        pwrite(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written, off_t(count))
      }
      if step > 0 {
        written += step
        count += step
      } else if step == 0 || errno != EINTR {
        throw PartialFile.failure("write", path, errno)
      }
    }
  }

  /// Drops all bytes.
  func restart() throws(FileError) {
    guard ftruncate(descriptor, 0) == 0 else { throw PartialFile.failure("write", path, errno) }
    count = 0
  }

  /// The SHA-256 of the bytes that are there, in hexadecimal digits.
  func sha256() throws(FileError) -> String {
    var digest = SHA256()
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw PartialFile.failure("read", path, errno) }
    while true {
      let read = readSome(descriptor, into: &chunk)
      guard read >= 0 else { throw PartialFile.failure("read", path, errno) }
      if read == 0 { return digest.finalizedHex() }
      digest.update(chunk[..<read])
    }
  }

  /// Gives the file its final name; it must be whole.
  func publish() throws(FileError) {
    guard fsync(descriptor) == 0, rename(path, place) == 0 else {
      throw PartialFile.failure("write", place, errno)
    }
  }

  /// Takes the file away.
  func remove() { unlink(path) }

  private static func failure(_ operation: String, _ path: String, _ code: Int32) -> FileError {
    FileError(operation, path, reason: String(cString: strerror(code)))
  }
}

// At file level, where `open` and `close` are the system's.

private func openForWriting(_ path: String) -> Int32 {
  open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW, 0o644)
}

/// Gives the lock away, which a process that is being started right now would hold on to, and closes.
private func closeDescriptor(_ descriptor: Int32) {
  flock(descriptor, LOCK_UN)
  close(descriptor)
}
