/// A piece of HTML: a tag, or the text between two tags.
package enum HTMLPiece: Hashable, Sendable {
  case tag(HTMLTag)
  case text(String)

  /// Takes HTML apart, as pandoc writes it: no `>` stands inside an attribute.
  package static func pieces(of html: String) -> [HTMLPiece] {
    var pieces: [HTMLPiece] = []
    let bytes = html.utf8
    var start = bytes.startIndex
    while start < bytes.endIndex {
      if bytes[start] == UInt8(ascii: "<") {
        let end = bytes[start...].firstIndex(of: UInt8(ascii: ">")).map(bytes.index(after:)) ?? bytes.endIndex
        pieces.append(.tag(HTMLTag(String(html[start..<end]))))
        start = end
      } else {
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.endIndex
        pieces.append(.text(String(html[start..<end])))
        start = end
      }
    }
    return pieces
  }

  /// The piece as HTML.
  package var html: String {
    switch self {
    case .tag(let tag): tag.html
    case .text(let text): text
    }
  }
}

/// A tag of HTML with its attributes.
package struct HTMLTag: Hashable, Sendable {
  /// The tag as it stands, from `<` to `>`.
  package let html: String
  /// The name of the element, in small letters, after a slash for an end: `p`, `/p`.
  package let name: String

  /// Creates a tag from its text.
  package init(_ html: String) {
    self.html = html
    name = html.dropFirst().prefix { !$0.isWhitespace && $0 != ">" }.lowercased()
  }

  /// The value of an attribute, as it stands between its quotation marks; nil without it.
  package subscript(_ attribute: String) -> String? {
    guard let start = html.firstRange(of: " \(attribute)=\"")?.upperBound else { return nil }
    return String(html[start...].prefix { $0 != "\"" })
  }

  /// True for elements that stand in lines of their own, so that a word ends before and after them.
  var isBlock: Bool {
    let inline: Set = [
      "a", "code", "em", "strong", "span", "sub", "sup", "b", "i", "math", "mi", "mn", "mo", "mrow", "msub",
      "msup", "semantics", "annotation", "mtext", "mstyle", "msubsup",
    ]
    return !inline.contains(name.hasPrefix("/") ? String(name.dropFirst()) : name)
  }
}
