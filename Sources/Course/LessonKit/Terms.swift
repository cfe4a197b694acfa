/// A mark in prose: the place where a lesson explains a term of the glossary, or a use of the term.
///
/// `[[zero point]]` is a use, `[[*zero point*]]` the explanation. `[[codes|code]]` shows "codes" for the term "code",
/// and `[[*codes*|code]]` explains the term by that word. Code between backquotes has no marks.
public struct TermMark: Hashable, Sendable {
  /// The words that the reader sees.
  public let shown: String
  /// The term as the glossary has it.
  public let term: String
  /// True where the lesson explains the term.
  public let isExplanation: Bool

  /// The mark as Markdown for a page without links: an explained term is emphasized.
  package var markdown: String { isExplanation ? "*\(shown)*" : shown }

  /// The mark at the start of a text, and how many characters it takes; nil if there is none.
  static func leading(_ text: Substring) -> (mark: TermMark, length: Int)? {
    guard text.hasPrefix("[["), let end = text.firstRange(of: "]]") else { return nil }
    let inside = text[text.index(text.startIndex, offsetBy: 2)..<end.lowerBound]
    let parts = inside.split(separator: "|", omittingEmptySubsequences: false)
    guard parts.count <= 2, var shown = parts.first else { return nil }
    let isExplanation = shown.count > 2 && shown.hasPrefix("*") && shown.hasSuffix("*")
    if isExplanation { shown = shown.dropFirst().dropLast() }
    let term = parts.count == 2 ? parts[1] : shown
    guard isName(shown), isName(term) else { return nil }
    let mark = TermMark(shown: onOneLine(shown), term: onOneLine(term), isExplanation: isExplanation)
    return (mark, inside.count + 4)
  }

  /// The marks of a passage, with where each stands.
  package static func all(in text: String) -> [(mark: TermMark, range: Range<String.Index>)] {
    var found: [(mark: TermMark, range: Range<String.Index>)] = []
    var index = text.startIndex
    var isInCode = false
    while index < text.endIndex {
      if text[index] == "`" { isInCode.toggle() }
      if !isInCode, let (mark, length) = leading(text[index...]) {
        let end = text.index(index, offsetBy: length)
        found.append((mark, index..<end))
        index = end
      } else {
        index = text.index(after: index)
      }
    }
    return found
  }

  /// A text without marks, such as a title for another page.
  package static func unmarked(_ text: String) -> String {
    all(in: text).reversed().reduce(into: text) { $0.replaceSubrange($1.range, with: $1.mark.shown) }
  }

  private static func isName(_ text: Substring) -> Bool {
    guard let first = text.first, first.isLetter || first.isNumber, text.last != " " else { return false }
    return text.allSatisfy { $0.isLetter || $0.isNumber || $0.isWhitespace || "-–'’./()".contains($0) }
  }

  private static func onOneLine(_ text: Substring) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
