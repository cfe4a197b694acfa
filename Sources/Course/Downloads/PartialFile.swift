import Platform
import Support

/// The beginning of a file that is being downloaded, beside its destination and with `.part` after its name.
///
/// Every byte is given to the system at once, so that a process that ends at any moment leaves all it received. A
/// lock keeps a second process from writing the same file.
final class PartialFile {
  private let path: String
  private let destination: String
  private let descriptor: Int32
  /// The number of bytes in the file.
  private(set) var count: Int

  /// Opens the file that an earlier run left, or creates an empty one.
  init(of destination: String) throws(FileError) {
    let path = destination + ".part"
    // Without blocking and without following a link: only an ordinary file is accepted.
    let descriptor = openForWriting(path)
    guard descriptor >= 0 else { throw FileError("open", path) }
    do throws(FileError) {
      count = try PartialFile.claim(descriptor, path)
    } catch {
      closeDescriptor(descriptor)
      throw error
    }
    (self.path, self.destination, self.descriptor) = (path, destination, descriptor)
  }

  deinit { closeDescriptor(descriptor) }

  /// Locks the file and returns its size.
  private static func claim(_ descriptor: Int32, _ path: String) throws(FileError) -> Int {
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
      throw FileError("write", path, reason: "another process is downloading it")
    }
    var (opened, named) = (stat(), stat())
    guard fstat(descriptor, &opened) == 0 else { throw FileError("read", path) }
    guard opened.st_mode & S_IFMT == S_IFREG else {
      throw FileError("write", path, reason: "it is not an ordinary file")
    }
    // Between opening and locking another process may have finished the file and renamed it.
    guard stat(path, &named) == 0, named.st_ino == opened.st_ino else {
      throw FileError("write", path, reason: "another process has just downloaded it")
    }
    return Int(opened.st_size)
  }

  /// Appends bytes.
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
        throw FileError("write", path)
      }
    }
  }

  /// Removes all bytes.
  func restart() throws(FileError) {
    guard ftruncate(descriptor, 0) == 0 else { throw FileError("write", path) }
    count = 0
  }

  /// The SHA-256 of the bytes, in hexadecimal digits.
  func sha256() throws(FileError) -> String {
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw FileError("read", path) }
    return try SHA256.hex { chunk throws(FileError) in
      let count = readSome(descriptor, into: &chunk)
      guard count >= 0 else { throw FileError("read", path) }
      return count
    }
  }

  /// Renames the whole file to its destination.
  func publish() throws(FileError) {
    guard fsync(descriptor) == 0, rename(path, destination) == 0 else {
      throw FileError("write", destination)
    }
  }

  /// Deletes the file.
  func remove() { unlink(path) }
}

// At file level, where `open` and `close` are the system's.

private func openForWriting(_ path: String) -> Int32 {
  open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW, 0o644)
}

/// Releases the lock, which a process that is being started right now would keep, and closes.
private func closeDescriptor(_ descriptor: Int32) {
  flock(descriptor, LOCK_UN)
  close(descriptor)
}
