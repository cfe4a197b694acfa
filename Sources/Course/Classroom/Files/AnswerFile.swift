import ExerciseKit
import Platform
import Support

/// What is found where an answer is expected: text, or something that cannot be an answer.
package enum AnswerFile: Hashable, Sendable {
  /// The text of the file.
  case text(String)
  /// What it is instead, and the reason in words that follow the file's name.
  case problem(ExerciseStatus, String)

  /// The largest file that is read as an answer, in bytes.
  package static let sizeLimit = 1 << 18

  /// Reads the file of a path.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - root: The folder at and below which no link is followed; nil if links are followed.
  package init(_ path: BytePath, withoutLinksFrom root: BytePath? = nil) {
    if let root, let link = Self.link(on: path, from: root) {
      self = .problem(.isLink, link == path ? "is a link, not a file" : "lies behind the link \(link)")
      return
    }
    // Without blocking: a pipe without a writer is refused below instead of waited for.
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (root == nil ? 0 : O_NOFOLLOW)
    let descriptor = path.withCString { open($0, flags) }
    guard descriptor >= 0 else {
      switch errno {
      case ENOENT, ENOTDIR: self = .problem(.missing, "is missing")
      case ENXIO: self = .problem(.isNoFile, "is a socket or a device, not a file")
      case let code: self = .problem(.unreadable, "cannot be read: \(String(cString: strerror(code)))")
      }
      return
    }
    defer { close(descriptor) }
    self = Self.contents(of: descriptor)
  }

  private static func contents(of descriptor: Int32) -> AnswerFile {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      return .problem(.unreadable, "cannot be read: \(String(cString: strerror(errno)))")
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: return .problem(.isNoFile, "is a folder, not a file")
    case S_IFIFO: return .problem(.isNoFile, "is a pipe, not a file")
    default: return .problem(.isNoFile, "is a device, not a file")
    }
    guard status.st_size <= sizeLimit else {
      return .problem(.tooLarge, "has \(status.st_size) bytes; an answer has at most \(sizeLimit)")
    }
    var (bytes, chunk) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
    while bytes.count <= sizeLimit {
      let count = readSome(descriptor, into: &chunk)
      guard count >= 0 else {
        return .problem(.unreadable, "cannot be read: \(String(cString: strerror(errno)))")
      }
      if count == 0 { return text(of: bytes) }
      bytes += chunk[..<count]
    }
    return .problem(.tooLarge, "grew beyond \(sizeLimit) bytes while it was read")
  }

  private static func text(of bytes: [UInt8]) -> AnswerFile {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      return .problem(.isNoText, "is UTF-16; Swift files are UTF-8, so save it as that")
    }
    // The mark that some editors put before UTF-8; the compiler skips it too.
    let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    guard !content.contains(0), let text = String(validating: content, as: UTF8.self) else {
      return .problem(.isNoText, "is not UTF-8 text")
    }
    return .text(text)
  }

  /// The first link on the way from a folder, itself included, to a path below it.
  private static func link(on path: BytePath, from root: BytePath) -> BytePath? {
    var current = root
    let below = BytePath(bytes: Array(path.bytes.dropFirst(root.bytes.count))).components
    for name in [nil] + below.map(Optional.some) {
      if let name { current = current.appending(name) }
      if let status = current.status, status.st_mode & S_IFMT == S_IFLNK { return current }
    }
    return nil
  }
}

extension String {
  /// The text with the line ends of Unix: what an editor for Windows saved is no other answer.
  package var withUnixLines: String { replacing("\r\n", with: "\n") }
}
