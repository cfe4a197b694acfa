import LessonKit

/// The book's first page: its chapters and their questions, and the way to the glossary.
public struct TableOfContents: Hashable, Sendable {
  /// The page in GitHub's Markdown.
  public let markdown: String

  /// Creates the page from the lessons' sources, in order.
  public init(_ sources: [LessonSource]) {
    let rows = sources.map { source in
      "| [\(source.title)](\(source.name)/README.md) | \(Self.question(of: source)) | `swift run \(source.name)` |"
    }
    markdown = """
      # Quantization-aware training, by running it

      Every chapter is a program: the numbers and figures in it were computed by the code beside them.
      Read here, or in your terminal with the command at the right, where you can change a line and run it again.

      | chapter | its question | run it |
      | :--- | :--- | :--- |
      \(rows.joined(separator: "\n"))

      What the words mean is in the [glossary](../\(Glossary.page)); a word in a chapter leads there where it is used first.

      \(WovenPage.mark).

      """
  }

  /// The first strong sentence of a lesson is the question it answers.
  private static func question(of source: LessonSource) -> String {
    for passage in source.passages where passage.kind == .prose {
      let parts = TermMark.unmarked(passage.text).replacing("\n", with: " ").parts(between: "**")
      if let question = parts.dropFirst().first(where: { $0.hasSuffix("?") }) { return question }
    }
    return ""
  }
}

extension String {
  fileprivate func parts(between separator: String) -> [String] {
    var parts: [String] = []
    var rest = Substring(self)
    while let range = rest.firstRange(of: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }
}
