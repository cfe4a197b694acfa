/// Swift code as HTML with its parts marked: keywords, types, strings, numbers and comments.
///
/// It reads words and no grammar: a name with a capital letter is a type. That is enough for colours.
package enum SwiftHighlighter {
  private static let keywords: Set<String> = [
    "actor", "any", "as", "associatedtype", "async", "await", "break", "case", "catch", "class", "consuming",
    "continue", "default", "defer", "deinit", "do", "else", "enum", "extension", "fallthrough", "false",
    "fileprivate", "final", "for", "func", "guard", "if", "import", "in", "indirect", "init", "inout",
    "internal", "is", "lazy", "let", "mutating", "nil", "nonisolated", "open", "override", "package",
    "private", "protocol", "public", "repeat", "rethrows", "return", "self", "Self", "some", "static",
    "struct", "subscript", "super", "switch", "throw", "throws", "true", "try", "typealias", "unowned", "var",
    "weak", "where", "while",
  ]

  /// Marks the parts of some code by `span` elements: `k` keyword, `t` type, `s` string, `n` number, `c` comment, `a`
  /// attribute or macro.
  package static func html(_ code: String) -> String {
    var scanner = Scanner(Array(code))
    return scanner.html()
  }

  private struct Scanner {
    let characters: [Character]
    var index = 0
    var output = ""

    init(_ characters: [Character]) { self.characters = characters }

    mutating func html() -> String {
      while index < characters.count { step() }
      return output
    }

    private func peek(_ offset: Int = 0) -> Character? {
      index + offset < characters.count ? characters[index + offset] : nil
    }

    private mutating func take(while condition: (Character) -> Bool) -> String {
      let start = index
      while let next = peek(), condition(next) { index += 1 }
      return String(characters[start..<index])
    }

    private mutating func mark(_ kind: String, _ text: String) {
      output += "<span class=\"\(kind)\">\(HTMLText.escaped(text))</span>"
    }

    private mutating func step() {
      guard let next = peek() else { return }
      if next == "/", peek(1) == "/" {
        mark("c", take { $0 != "\n" })
      } else if next == "\"" {
        string()
      } else if next == "@" || next == "#", peek(1)?.isLetter == true {
        index += 1
        mark("a", String(next) + take { $0.isLetter || $0.isNumber })
      } else if next.isLetter || next == "_" {
        word(isMember: output.last == ".")
      } else if next.isNumber {
        number()
      } else {
        output += HTMLText.escaped(String(next))
        index += 1
      }
    }

    private mutating func word(isMember: Bool) {
      let before = output.last { !$0.isWhitespace }
      let word = take { $0.isLetter || $0.isNumber || $0 == "_" }
      // The label of an argument, as in `pick(class: 4)`, is a name whatever it is.
      let isLabel = peek() == ":" && (before == "(" || before == ",")
      if SwiftHighlighter.keywords.contains(word), !isLabel, !(isMember && word != "init" && word != "self") {
        mark("k", word)
      } else if word.first?.isUppercase == true {
        mark("t", word)
      } else {
        output += word
      }
    }

    private mutating func number() {
      let start = index
      while let next = peek() {
        let isPoint = next == "." && peek(1)?.isNumber == true
        let isSign = "+-".contains(next) && "eE".contains(characters[index - 1]) && peek(1)?.isNumber == true
        guard next.isLetter || next.isNumber || next == "_" || isPoint || isSign && index > start else {
          break
        }
        index += 1
      }
      mark("n", String(characters[start..<index]))
    }

    /// A string with its interpolations, which are code again.
    private mutating func string() {
      let isLong = peek(1) == "\"" && peek(2) == "\""
      let quote = isLong ? "\"\"\"" : "\""
      var text = quote
      index += quote.count
      while let next = peek() {
        if next == "\\", peek(1) == "(" {
          mark("s", text)
          text = ""
          interpolation()
        } else if next == "\\", let escaped = peek(1) {
          text += String([next, escaped])
          index += 2
        } else if next == "\"", !isLong || peek(1) == "\"" && peek(2) == "\"" {
          index += quote.count
          mark("s", text + quote)
          return
        } else if next == "\n", !isLong {
          break
        } else {
          text.append(next)
          index += 1
        }
      }
      mark("s", text)
    }

    private mutating func interpolation() {
      output += "\\("
      index += 2
      var depth = 1
      while depth > 0, let next = peek(), next != "\n" {
        if next == "(" { depth += 1 }
        if next == ")" { depth -= 1 }
        step()
      }
    }
  }
}
