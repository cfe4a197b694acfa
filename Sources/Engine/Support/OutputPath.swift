import Platform

/// A path that somebody named for output, followed through its links.
package enum OutputPath: Hashable, Sendable {
  /// An ordinary file that is there, behind all links, or one that is to be made.
  case file(path: String, owner: Owner?)
  /// A pipe or a device, which keeps what is written to it: bytes are written through.
  case stream(path: String)
  /// A descriptor of this process, by a name such as `/dev/stdout`.
  case descriptor(Int32)

  /// Whom a file belongs to, and who may use it.
  package struct Owner: Hashable, Sendable {
    let user: uid_t
    let group: gid_t
    let permissions: mode_t
  }

  /// Follows a path.
  ///
  /// A block device is refused: what was meant as a table would destroy a file system.
  ///
  /// - Throws: ``FileError`` for a folder, a block device, or links without an end.
  package init(_ path: String) throws(FileError) {
    var current = path
    for _ in 0..<40 {  // as many links as Linux follows
      if let number = Self.descriptor(current) {
        self = .descriptor(number)
        return
      }
      var status = stat()
      guard lstat(current, &status) == 0 else {
        guard errno == ENOENT else { throw FileError("create", path) }
        self = .file(path: current, owner: nil)
        return
      }
      switch status.st_mode & S_IFMT {
      case S_IFREG:
        let owner = Owner(
          user: status.st_uid, group: status.st_gid, permissions: status.st_mode & 0o777)
        self = .file(path: current, owner: owner)
        return
      case S_IFLNK:
        guard let next = Self.destination(of: current) else { throw FileError("create", path) }
        current = next
      case S_IFDIR: throw FileError("write", path, code: EISDIR)
      case S_IFBLK: throw FileError("write", path, reason: "it is a disk")
      default:
        self = .stream(path: current)
        return
      }
    }
    throw FileError("create", path, code: ELOOP)
  }

  /// Whether bytes are written through, so that what was written before stays.
  package var isStream: Bool {
    if case .file = self { false } else { true }
  }

  /// The number in `/dev/fd/1`, `/proc/self/fd/1` or `/dev/stdout`.
  private static func descriptor(_ path: String) -> Int32? {
    switch path {
    case "/dev/stdout": return STDOUT_FILENO
    case "/dev/stderr": return STDERR_FILENO
    default:
      for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
        return Int32(path.dropFirst(folder.count))
      }
      return nil
    }
  }

  /// The path to which a link leads, from where this program stands.
  private static func destination(of link: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(link, &buffer, buffer.count)
    guard count > 0 else { return nil }
    let target = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    if target.hasPrefix("/") { return target }
    let folder = link.lastIndex(of: "/").map { link[...$0] } ?? ""
    return folder + target
  }

  /// Writes bytes to a stream or a descriptor, one after the other.
  ///
  /// - Throws: ``FileError`` that names `path`, with the system's reason.
  func writeThrough(_ bytes: [UInt8], named path: String) throws(FileError) {
    switch self {
    case .file: stop("an ordinary file is written whole; got \(path)")
    case .descriptor(let number):
      fflush(nil)  // what was printed before comes first
      guard writeAll(bytes, to: number) else { throw FileError("write", path) }
    case .stream(let stream):
      var descriptor: Int32
      // A pipe without a reader is waited for.
      repeat {
        descriptor = open(stream, O_WRONLY | O_CLOEXEC | O_NOCTTY)
      } while descriptor < 0 && errno == EINTR
      guard descriptor >= 0 else { throw FileError("open", path) }
      let isWritten = writeAll(bytes, to: descriptor)
      let code = errno
      guard close(descriptor) == 0, isWritten else {
        throw FileError("write", path, code: isWritten ? errno : code)
      }
    }
  }
}
