import Platform

/// A lock on a file, which one process holds at a time, until it is released or the process ends.
package final class FileLock: Sendable {
  /// The path of the file, which is made if it is missing.
  package let path: String
  private let descriptor: Int32

  /// Takes the lock; if another holds it, `whenBusy` is called once, and then the lock is waited for.
  ///
  /// - Throws: ``FileError`` if the file cannot be made or locked.
  package init(_ path: String, whenBusy: () -> Void = {}) throws(FileError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw FileError("open", path) }
    (self.path, self.descriptor) = (path, descriptor)
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
    if errno == EWOULDBLOCK { whenBusy() }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw FileError("lock", path) }
    }
  }

  /// False if the file was removed or replaced while the lock was waited for: then it keeps nobody out.
  package var isCurrent: Bool { isPath(path, to: descriptor) }

  /// Writes text into the locked file, in place: who waits for the lock waits for this file.
  ///
  /// - Throws: ``FileError`` if it cannot be written.
  package func write(_ text: String) throws(FileError) {
    guard ftruncate(descriptor, 0) == 0, writeAll(Array(text.utf8), to: descriptor) else {
      throw FileError("write", path)
    }
  }

  // By name: a process that is being started right now holds the file open, too, until it runs.
  deinit {
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}

/// True if a path leads, without a symbolic link, to the ordinary file that is open.
func isPath(_ path: String, to descriptor: Int32) -> Bool {
  var (opened, named) = (stat(), stat())
  return fstat(descriptor, &opened) == 0 && lstat(path, &named) == 0 && opened.st_mode & S_IFMT == S_IFREG
    && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
}
