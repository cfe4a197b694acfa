/// The text of a student's file as the compiler takes it: without comments, and with its strings emptied.
///
/// It is a scanner of a page, and no parser: what a line says to the compiler decides whether an exercise waits for
/// code, and a parser of the whole language would take minutes to build.
struct StudentSource {
  /// The code: a comment is a space; of strings the quotes are left, and a number such as `01.1` between them.
  let code: String

  /// Scans the text of a file.
  init(_ text: String) {
    var scanner = Scanner(bytes: Array(text.utf8))
    scanner.scanCode()
    code = String(decoding: scanner.code, as: UTF8.self)
  }

  /// The names that the file declares as types outside of all braces, for all files of the module to see.
  var declaredTypes: Set<String> {
    let kinds: Set = ["enum", "struct", "class", "actor", "protocol", "typealias"]
    let hiding: Set = ["private", "fileprivate"]
    var (depth, modifiers, isName, types) = (0, Set<Substring>(), false, Set<String>())
    for match in code.matches(of: /[\p{L}_][\p{L}\p{N}_]*|[{}]/) {
      let word = match.output
      switch word {
      case "{": depth += 1
      case "}": depth -= 1
      default:
        guard depth == 0 else { continue }
        if isName, modifiers.isDisjoint(with: hiding.map { Substring($0) }) { types.insert(String(word)) }
        // What is no modifier of a declaration begins another one.
        if isName { modifiers = [] }
        isName = kinds.contains(String(word))
        if !isName { modifiers.insert(word) }
        if ["extension", "func", "var", "let", "import"].contains(word) { modifiers = [] }
      }
    }
    return types
  }

  /// True if the code uses a member of this name, as in `x.name`.
  func uses(member name: String) -> Bool {
    code.matches(of: /\.\s*([\p{L}_][\p{L}\p{N}_]*)/).contains { $0.1 == name }
  }
}

/// Goes through the bytes of a file.
private struct Scanner {
  let bytes: [UInt8]
  var code: [UInt8] = []
  private var index = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  private static let (newline, quote, hash, backslash) = (
    UInt8(ascii: "\n"), UInt8(ascii: "\""), UInt8(ascii: "#"), UInt8(ascii: "\\")
  )

  private func has(_ text: StaticString, at place: Int) -> Bool {
    place + text.utf8CodeUnitCount <= bytes.count
      && (0..<text.utf8CodeUnitCount).allSatisfy { bytes[place + $0] == text.utf8Start[$0] }
  }

  private func count(of byte: UInt8, from place: Int) -> Int {
    place < bytes.count ? bytes[place...].prefix { $0 == byte }.count : 0
  }

  /// Scans to the end of the file, or in a string to the parenthesis that ends an interpolation.
  mutating func scanCode(inInterpolation: Bool = false) {
    var depth = 0
    while index < bytes.count {
      if has("//", at: index) {
        while index < bytes.count, bytes[index] != Self.newline { index += 1 }
      } else if has("/*", at: index) {
        skipComment()
      } else if !scanString() {
        let byte = bytes[index]
        index += 1
        if inInterpolation, byte == UInt8(ascii: "(") { depth += 1 }
        if inInterpolation, byte == UInt8(ascii: ")") {
          if depth == 0 { return }
          depth -= 1
        }
        code.append(byte)
      }
    }
  }

  /// Skips a comment, with the comments in it.
  private mutating func skipComment() {
    var depth = 0
    repeat {
      if has("/*", at: index) {
        depth += 1
        index += 2
      } else if has("*/", at: index) {
        depth -= 1
        index += 2
      } else {
        index += 1
      }
    } while depth > 0 && index < bytes.count
    code.append(UInt8(ascii: " "))
  }

  /// Scans a string of any kind, if there is one; a string of one line ends with its line at the latest.
  private mutating func scanString() -> Bool {
    let hashes = count(of: Self.hash, from: index)
    guard index + hashes < bytes.count, bytes[index + hashes] == Self.quote else { return false }
    let quotes = has("\"\"\"", at: index + hashes) ? 3 : 1
    index += hashes + quotes
    var content: [UInt8] = []
    while index < bytes.count {
      let byte = bytes[index]
      if byte == Self.backslash, count(of: Self.hash, from: index + 1) >= hashes {
        content.append(byte)
        index += 2 + hashes
        if index <= bytes.count, bytes[index - 1] == UInt8(ascii: "(") { scanCode(inInterpolation: true) }
        continue
      }
      if count(of: Self.quote, from: index) >= quotes, count(of: Self.hash, from: index + quotes) >= hashes {
        index += quotes + hashes
        break
      }
      if quotes == 1, byte == Self.newline { break }
      content.append(byte)
      index += 1
    }
    let isNumber = content.allSatisfy {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".")
    }
    code += [Self.quote] + (isNumber ? content : []) + [Self.quote]
    return true
  }
}
