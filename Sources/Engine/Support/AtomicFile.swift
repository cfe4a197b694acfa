import Platform

/// Files that are written whole or not at all.
public enum AtomicFile {
  /// Writes bytes to a temporary file beside `path`, syncs it, and renames it to `path`.
  ///
  /// A reader sees the old file or the new one, never a part. On failure the temporary file is removed. A link stays a
  /// link, and the file it leads to is replaced; owner and permissions stay. A pipe or a device is written through.
  ///
  /// - Throws: ``FileError`` with the path and the system's reason.
  public static func write(_ bytes: some Collection<UInt8>, to path: String) throws(FileError) {
    let output = try OutputPath(path)
    guard case .file(let file, let owner) = output else {
      return try output.writeThrough(Array(bytes), named: path)
    }
    let (descriptor, temporary) = createTemporaryFile(beside: file)
    guard descriptor >= 0 else { throw FileError("create", path) }
    // The lock protects the temporary file from `removeAbandoned(of:)`. It is released by name: a process that is
    // being started right now holds the file open, too, until it runs, and closing alone would leave it locked.
    defer {
      flock(descriptor, LOCK_UN)
      close(descriptor)
    }
    if let owner {
      // Only root may give a file away; where that fails, the file belongs to whoever writes it.
      if owner.user != geteuid() || owner.group != getegid() { fchown(descriptor, owner.user, owner.group) }
      fchmod(descriptor, owner.permissions)
    }
    let isWritten = writeAll(Array(bytes), to: descriptor) && fsync(descriptor) == 0
    guard isWritten, rename(temporary, file) == 0 else {
      let code = errno
      unlink(temporary)
      throw FileError("write", path, code: code)
    }
  }

  /// Refuses a path that cannot be written to, before the work whose result is meant for it.
  ///
  /// What a killed writer of the path left is removed.
  ///
  /// - Throws: ``FileError`` as ``write(_:to:)`` would.
  package static func refuseUnwritable(_ path: String) throws(FileError) {
    switch try OutputPath(path) {
    case .descriptor: return
    case .stream(let stream):
      guard access(stream, W_OK) == 0 else { throw FileError("write", path) }
    case .file(let file, _):
      removeAbandoned(of: file)
      let (descriptor, temporary) = createTemporaryFile(beside: file)
      guard descriptor >= 0 else { throw FileError("create", path) }
      unlink(temporary)
      close(descriptor)
    }
  }

  /// Writes text as UTF-8, as ``write(_:to:)`` writes bytes.
  ///
  /// - Throws: ``FileError`` with the path and the system's reason.
  public static func write(text: String, to path: String) throws(FileError) {
    try write(Array(text.utf8), to: path)
  }

  /// Creates a folder, and every missing folder above it.
  ///
  /// - Throws: ``FileError`` if a part of the path is a file or must not be written to.
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

  /// Reads all bytes of a file, which may have at most `limit`.
  ///
  /// - Throws: ``FileError`` if the file cannot be read or is larger.
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

  /// True if there is anything of that name, be it a link that leads nowhere.
  package static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// Removes the temporary files that killed writers of `path` left behind.
  ///
  /// The file of a living writer is locked and stays, as does any file that cannot be locked or removed.
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

  /// The names in a folder, without those of the folder itself and the one above, in no particular order.
  ///
  /// - Throws: ``FileError`` if the folder cannot be read.
  package static func names(in folder: String) throws(FileError) -> [String] {
    guard isFolder(folder) else {
      throw exists(folder)
        ? FileError("open", folder, reason: "it is not a folder") : FileError("open", folder, code: ENOENT)
    }
    guard let stream = opendir(folder) else { throw FileError("open", folder) }
    closedir(stream)
    return entries(of: folder).filter { $0 != "." && $0 != ".." }
  }

  /// True for a folder, also behind links.
  package static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The names in a folder; none if it cannot be read.
  static func entries(of folder: String) -> [String] {
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

/// Creates and locks a file that no other process has.
///
/// Two writers of one path must not share a temporary file, and `removeAbandoned(of:)` must leave it alone.
private func createTemporaryFile(beside path: String) -> (descriptor: Int32, path: String) {
  var attempt = 0
  while true {
    let temporary = "\(path).\(getpid()).\(attempt).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    if descriptor < 0, errno != EEXIST { return (descriptor, temporary) }
    if descriptor >= 0 {
      // Before it was locked, another process may have removed it as abandoned.
      let isTaken = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
      if !isTaken, isPath(temporary, to: descriptor) { return (descriptor, temporary) }
      close(descriptor)
    }
    attempt += 1
  }
}
