import Support

/// The last line of a chapter: the SHA-256 of its text and of each of its figures, in a comment that pages do not show.
///
/// So `book check` sees a chapter that was edited by hand, and a figure that was exchanged, edited or damaged.
package struct ChapterSeal: Hashable, Sendable {
  private static let begin = "<!-- SHA-256: text "
  private static let end = " -->\n"

  /// The digest of the chapter without this line.
  private let text: String
  /// The names of the figures with the digests of their files, in the chapter's order.
  private let figures: [Figure]

  private struct Figure: Hashable, Sendable {
    let name: String
    let digest: String
  }

  /// Seals a chapter.
  ///
  /// - Parameters:
  ///   - chapter: The chapter without a seal.
  ///   - figures: The names and the bytes of its figures' files.
  package init(_ chapter: String, figures: [(name: String, bytes: [UInt8])]) {
    text = SHA256.hex(Array(chapter.utf8))
    self.figures = figures.map { Figure(name: $0.name, digest: SHA256.hex($0.bytes)) }
  }

  /// Reads the seal at the end of a chapter, and what stands before it; nil if there is none.
  package static func reading(_ chapter: String) -> (seal: ChapterSeal, text: String)? {
    guard let start = chapter.ranges(of: begin).last?.lowerBound, chapter.hasSuffix(end) else { return nil }
    let words = chapter[start...].dropFirst(begin.count).dropLast(end.count).split(separator: " ")
    guard words.count % 2 == 1 else { return nil }
    let figures = stride(from: 1, to: words.count, by: 2).map {
      Figure(name: String(words[$0]), digest: String(words[$0 + 1]))
    }
    return (ChapterSeal(text: String(words[0]), figures: figures), String(chapter[..<start]))
  }

  private init(text: String, figures: [Figure]) { (self.text, self.figures) = (text, figures) }

  /// The line that ends the chapter.
  package var markdown: String {
    Self.begin + ([text] + figures.flatMap { [$0.name, $0.digest] }).joined(separator: " ") + Self.end
  }

  /// Whether the chapter has this text.
  package func matches(text chapter: String) -> Bool { SHA256.hex(Array(chapter.utf8)) == text }

  /// Whether a figure has these bytes; nil if the chapter was sealed without a figure of that name.
  package func matches(figure name: String, bytes: [UInt8]) -> Bool? {
    figures.first { $0.name == name }.map { $0.digest == SHA256.hex(bytes) }
  }
}
