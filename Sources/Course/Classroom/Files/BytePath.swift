import Platform
import Support

/// A path as the system has it: bytes, which need not be UTF-8.
///
/// A folder that came in an archive made elsewhere may be called `M\xFCller` in Latin-1. As a `String` it could not be
/// found again.
package struct BytePath: Hashable, Sendable, CustomStringConvertible {
  /// The bytes, without a zero.
  package let bytes: [UInt8]

  /// Creates a path from bytes.
  package init(bytes: [UInt8]) { self.bytes = bytes }

  /// Creates a path from text.
  package init(_ text: String) { bytes = Array(text.utf8) }

  /// The path of something in this folder.
  package func appending(_ name: BytePath) -> BytePath {
    BytePath(bytes: bytes + (bytes.last == UInt8(ascii: "/") ? [] : [UInt8(ascii: "/")]) + name.bytes)
  }

  /// The path of something in this folder.
  package func appending(_ name: String) -> BytePath { appending(BytePath(name)) }

  /// The path without slashes at its end.
  package var withoutSlash: BytePath {
    let end = bytes.lastIndex { $0 != UInt8(ascii: "/") }
    return BytePath(bytes: end.map { Array(bytes[...$0]) } ?? Array(bytes.prefix(1)))
  }

  /// The path from the root, without links; nil if nothing is there.
  package var resolved: BytePath? {
    guard let real = withCString({ realpath($0, nil) }) else { return nil }
    defer { free(real) }
    return BytePath(cString: real)
  }

  /// The names between the slashes.
  package var components: [BytePath] {
    bytes.split(separator: UInt8(ascii: "/")).map { BytePath(bytes: Array($0)) }
  }

  /// The text; a byte that is no UTF-8 is written as `\xFC`, so that different paths have different texts.
  package var description: String {
    var text = ""
    var rest = bytes[...]
    while !rest.isEmpty {
      if let whole = String(validating: rest, as: UTF8.self) { return (text + whole).printable }
      // The longest beginning of at most four bytes that is one character, or else one byte.
      let character = (1...4).reversed().lazy.compactMap { count in
        String(validating: rest.prefix(count), as: UTF8.self).map { (rest.prefix(count).count, $0) }
      }.first
      if let (count, characters) = character {
        text += characters
        rest = rest.dropFirst(count)
      } else {
        let hex = String(rest.removeFirst(), radix: 16, uppercase: true)
        text += "\\x" + (hex.count == 1 ? "0" : "") + hex
      }
    }
    return text.printable
  }

  /// The status of what is there, of a link itself where it is one; nil if nothing is there.
  package var status: stat? {
    var status = stat()
    return withCString { lstat($0, &status) } == 0 ? status : nil
  }

  /// The names in a folder, in order; nil if it cannot be read.
  package var entries: [BytePath]? {
    guard let stream = withCString({ opendir($0) }) else { return nil }
    defer { closedir(stream) }
    var names: [BytePath] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { BytePath(bytes: Array($0.prefix { $0 != 0 })) }
      if name.bytes != Array(".".utf8), name.bytes != Array("..".utf8) { names.append(name) }
    }
    return names.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
  }

  /// Calls a function of C with the path.
  package func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { buffer in
      guard let first = buffer.baseAddress else { stop("a path ends with a zero, so it has a first byte") }
      return body(first)
    }
  }

  private init(cString: UnsafePointer<CChar>) {
    bytes = (0..<strlen(cString)).map { UInt8(bitPattern: cString[Int($0)]) }
  }

  /// The bytes of arguments of this process, given the texts that Swift made of them, in order.
  ///
  /// Different bytes may have the same text, so each argument is taken once.
  package static func arguments(_ texts: [String], of all: [BytePath] = ofProcess) -> [BytePath] {
    var left = all
    return texts.map { text in
      let index = left.firstIndex { String(decoding: $0.bytes, as: UTF8.self) == text }
      return index.map { left.remove(at: $0) } ?? BytePath(text)
    }
  }

  /// The arguments of this process.
  package static var ofProcess: [BytePath] {
    (0..<Int(CommandLine.argc)).compactMap { CommandLine.unsafeArgv[$0].map { BytePath(cString: $0) } }
  }
}
