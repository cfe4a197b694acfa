import Platform

/// A file that could not be written or read: which, what was tried, and what the system said.
public struct FileError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The file or folder concerned.
  public let path: String
  /// What was tried, such as "create".
  public let operation: String
  /// The system's reason, such as "Permission denied".
  public let reason: String

  package init(_ operation: String, _ path: String, reason: String) {
    (self.operation, self.path, self.reason) = (operation, path, reason)
  }

  init(_ operation: String, _ path: String) {
    self.init(operation, path, reason: String(cString: strerror(errno)))
  }

  /// One line for the reader.
  public var description: String { "cannot \(operation) \(path): \(reason)" }
}

/// Files written whole or not at all.
public enum AtomicFile {
  /// Writes bytes under a temporary name beside `path`, syncs them, and renames the file into place.
  ///
  /// A reader sees the old file or the new one, never a part; on failure the temporary file is removed.
  ///
  /// - Throws: `FileError` that names the path and the system's reason.
  public static func write(_ bytes: some Collection<UInt8>, to path: String) throws(FileError) {
    let (descriptor, temporary) = createTemporaryFile(beside: path)
    guard descriptor >= 0 else { throw FileError("create", path) }
    // The lock keeps the temporary file from being removed. It is given away by name: a process that is being
    // started right now holds the file open, too, until it runs, and closing alone would leave it locked.
    defer {
      flock(descriptor, LOCK_UN)
      close(descriptor)
    }
    let isWritten = writeAll(Array(bytes), to: descriptor) && fsync(descriptor) == 0
    guard isWritten, rename(temporary, path) == 0 else {
      let failure = errno
      unlink(temporary)
      throw FileError("write", path, reason: String(cString: strerror(failure)))
    }
  }

  /// Writes text as UTF-8; see `write(_:to:)`.
  ///
  /// - Throws: `FileError` that names the path and the system's reason.
  public static func write(text: String, to path: String) throws(FileError) {
    try write(Array(text.utf8), to: path)
  }

  /// Makes a folder and those above it where they are missing.
  ///
  /// - Throws: `FileError` if a part of the path is a file or may not be written to.
  public static func createFolder(_ path: String) throws(FileError) {
    var prefix = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      prefix += prefix.isEmpty || prefix.hasSuffix("/") ? part : "/" + part
      if mkdir(prefix, 0o755) != 0, errno != EEXIST { throw FileError("create the folder", prefix) }
    }
    var status = stat()
    guard stat(path, &status) == 0 else { throw FileError("create the folder", path) }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw FileError("create the folder", path, reason: "a file of that name exists")
    }
  }

  /// All the bytes of a file; one of more than `limit` bytes is refused.
  ///
  /// - Throws: `FileError` that names the path and the system's reason.
  public static func read(_ path: String, limit: Int = 1 << 31) throws(FileError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError("open", path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = readSome(descriptor, into: &chunk)
      if count < 0 { throw FileError("read", path) }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
      if bytes.count > limit {
        throw FileError("read", path, reason: "it is larger than the \(limit) bytes expected at most")
      }
    }
  }
}

/// Creates a file that no one else has, and locks it: two writers of one path must not share it, and
/// `AtomicFile.removeAbandoned(of:)` must leave it alone.
private func createTemporaryFile(beside path: String) -> (descriptor: Int32, path: String) {
  var attempt = 0
  while true {
    let temporary = "\(path).\(getpid()).\(attempt).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    if descriptor < 0, errno != EEXIST { return (descriptor, temporary) }
    if descriptor >= 0 {
      // Before it was locked, another process may have taken it for abandoned.
      let isTaken = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
      if !isTaken, isPath(temporary, to: descriptor) { return (descriptor, temporary) }
      close(descriptor)
    }
    attempt += 1
  }
}

/// True if a path leads, without a link, to the ordinary file that is open.
func isPath(_ path: String, to descriptor: Int32) -> Bool {
  var (opened, named) = (stat(), stat())
  return fstat(descriptor, &opened) == 0 && lstat(path, &named) == 0 && opened.st_mode & S_IFMT == S_IFREG
    && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
}

// At file level, where `read` and `write` are the system's.

/// Reads up to as many bytes as the chunk holds, again where a signal interrupts: 0 at the end of the file, and −1
/// with the reason in `errno`.
package func readSome(_ descriptor: Int32, into chunk: inout [UInt8]) -> Int {
  while true {
    let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    if count >= 0 || errno != EINTR { return count }
  }
}

/// Writes all bytes, however often the system takes only some or is interrupted; false if it refuses.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
  bytes.withUnsafeBytes { buffer in
    var offset = 0
    while offset < buffer.count {
      let count = write(descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
      if count >= 0 {
        offset += count
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }
}
