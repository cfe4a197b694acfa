/// Plain text as HTML, and HTML as plain text.
package enum HTMLText {
  /// Text with the characters escaped that mean something in HTML.
  package static func escaped(_ text: some StringProtocol) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
    return result
  }

  /// Plain text as HTML, with what stands between grave accents as code and between asterisks as emphasis.
  package static func inline(_ text: String) -> String {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false)
    guard parts.count % 2 == 1 else { return escaped(text) }
    return parts.enumerated().map { index, part in
      index % 2 == 1 ? "<code>\(escaped(part))</code>" : emphasized(escaped(part))
    }.joined()
  }

  private static func emphasized(_ html: String) -> String {
    html.replacing(/\*([^*\s][^*]*)\*/) { "<em>\($0.output.1)</em>" }
  }

  /// The text of HTML: without tags and TeX, with characters in place of entities, and with single spaces.
  package static func plain(_ html: String) -> String {
    var text = ""
    var isTeX = false
    for piece in HTMLPiece.pieces(of: html) {
      switch piece {
      case .text(let piece): text += isTeX ? "" : piece
      case .tag(let tag):
        if tag.isBlock { text += " " }
        if tag.name.hasSuffix("annotation") { isTeX = tag.name == "annotation" }
      }
    }
    return unescaped(text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// Text with characters in place of the entities that pandoc and ``escaped(_:)`` write.
  package static func unescaped(_ html: String) -> String {
    guard html.contains("&") else { return html }
    let entities = [
      ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", "\u{A0}"), ("&amp;", "&"),
    ]
    return entities.reduce(html) { $0.replacing($1.0, with: $1.1) }
  }

  /// A string as a literal of JavaScript, which is safe inside a `script` element.
  package static func script(_ text: String) -> String {
    var literal = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": literal += "\\\(scalar)"
      case "<", "\u{2028}", "\u{2029}", "\u{0}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        literal += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: literal.unicodeScalars.append(scalar)
      }
    }
    return literal + "\""
  }
}
