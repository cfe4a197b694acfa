import Platform

/// A folder for temporary files of this process, removed with all it holds when it is released.
///
/// A process that is killed leaves its folder behind; the next one that needs a folder removes it.
package final class ScratchFolder: Sendable {
  /// The folder, as an absolute path.
  package let path: String
  private let lock: FileLock

  private static let prefix = "swift-qat."
  private static let lockName = "lock"

  /// Makes an empty folder, which others cannot look into.
  ///
  /// - Parameter parent: The folder it lies in; by default the one that `TMPDIR` names, or `/tmp`.
  /// - Throws: ``FileError`` if it cannot be made.
  package init(in parent: String? = nil) throws(FileError) {
    let parent = parent ?? getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    Self.removeAbandoned(in: parent)
    var number = 0
    while true {
      let path = "\(parent)/\(Self.prefix)\(getpid()).\(number)"
      if mkdir(path, 0o700) == 0 {
        let lock = try FileLock("\(path)/\(Self.lockName)")
        // Before it was locked, another process may have removed it as abandoned.
        if lock.isCurrent {
          (self.path, self.lock) = (path, lock)
          return
        }
      } else if errno != EEXIST {
        throw FileError("create the folder", path)
      }
      number += 1
    }
  }

  deinit { Self.remove(path) }

  /// Removes the folders of this user whose processes were killed.
  ///
  /// A living process holds the lock in its folder, also where its number is unknown, as in another container.
  private static func removeAbandoned(in parent: String) {
    for name in AtomicFile.entries(of: parent) where isOurs(name) {
      let path = "\(parent)/\(name)"
      var status = stat()
      guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() else {
        continue
      }
      let descriptor = open("\(path)/\(lockName)", O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
      if descriptor >= 0 {
        defer { close(descriptor) }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { remove(path) }
      } else if errno == ENOENT, let number = process(of: name), kill(number, 0) != 0, errno == ESRCH {
        remove(path)  // it was killed before it had a lock
      }
    }
  }

  private static func isOurs(_ name: String) -> Bool { process(of: name) != nil }

  /// The number of the process in `swift-qat.PID.NUMBER`.
  private static func process(of name: String) -> pid_t? {
    guard name.hasPrefix(prefix) else { return nil }
    let numbers = name.dropFirst(prefix.count).split(separator: ".", omittingEmptySubsequences: false)
    guard numbers.count == 2, UInt32(numbers[1]) != nil else { return nil }
    return pid_t(numbers[0])
  }

  /// Removes a file, or a folder with all it holds; links are removed, not followed.
  private static func remove(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR {
      chmod(path, 0o700)
      // The lock last: until then nobody else takes the folder for abandoned.
      let names = AtomicFile.entries(of: path).filter { $0 != "." && $0 != ".." }
      for name in names where name != lockName { remove("\(path)/\(name)") }
      if names.contains(lockName) { remove("\(path)/\(lockName)") }
      rmdir(path)
    } else {
      unlink(path)
    }
  }
}
