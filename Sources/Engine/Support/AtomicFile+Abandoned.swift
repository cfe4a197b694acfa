import Platform

extension AtomicFile {
  /// Removes the temporary files that writers of `path` left when they were killed.
  ///
  /// A file whose writer still lives is locked, and stays; so does any file that cannot be locked or removed.
  package static func removeAbandoned(of path: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let folder = parts.dropLast().joined(separator: "/") + (parts.count > 1 ? "/" : "")
    for name in entries(of: folder.isEmpty ? "." : folder) where isTemporary(name, of: parts.last ?? "") {
      removeIfAbandoned(folder + name)
    }
  }

  /// True for `file.PID.ATTEMPT.tmp`.
  private static func isTemporary(_ name: String, of file: Substring) -> Bool {
    guard name.hasPrefix(file + "."), name.hasSuffix(".tmp") else { return false }
    let middle = name.dropFirst(file.count + 1).dropLast(4)
    let numbers = middle.split(separator: ".", omittingEmptySubsequences: false)
    return numbers.count == 2 && numbers.allSatisfy { !$0.isEmpty && $0.allSatisfy { "0"..."9" ~= $0 } }
  }

  private static func removeIfAbandoned(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // Its writer may have renamed it between opening and locking.
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0, isPath(path, to: descriptor) { unlink(path) }
  }

  /// The names in a folder; none if it cannot be read.
  private static func entries(of folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
          String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        })
    }
    return names
  }
}
