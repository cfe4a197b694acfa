import Support

/// A lesson's source: `main.swift`, taken apart into prose and code, and `Figures.swift` beside it.
///
/// Lines of `main.swift` that begin with `//:` are prose, in Markdown. All else is code. A statement begins at
/// the left margin and takes the indented lines and closing brackets after it: swift-format sees to that, so no
/// parser is needed. Statements that call `figure`, `claim`, `bind`, `announce` or `endLesson` are *apparatus*: the
/// reader sees what they make, and can open the code of a figure, but it does not interrupt the text.
///
/// `Figures.swift` holds the functions that draw: from values to a `Chart`. Its declarations are taken apart in
/// the same way, each with the comment above it. A figure is drawn by one call, and its closure holds
/// nothing else: `{ curves(series, names: names) }`; ``code(ofFigureAt:)`` finds the function by its name. A figure
/// that needs no function of the lesson calls one of the library's, as in `{ Chart.channelRanges(of: layer) }`.
///
/// Indentation decides where a statement ends, so a multi-line string with a line at the left margin would be
/// cut in two. ``problems`` lists such lines, the figures whose function is not found, and trainings that begin
/// before the reader is told of them.
public struct LessonSource: Hashable, Sendable {
  /// A piece of the lesson.
  public struct Passage: Hashable, Sendable {
    /// What a piece is.
    public enum Kind: Hashable, Sendable {
      /// Markdown for the reader.
      case prose
      /// Code the reader is shown.
      case code
      /// Code that makes a figure, a claim or a number for the prose.
      case apparatus
    }

    /// What it is.
    public let kind: Kind
    /// The lines it takes, counted from 1.
    public let lines: ClosedRange<Int>
    /// Its text, without the marks of prose.
    public let text: String
  }

  /// The lesson's name, such as `lesson-01`.
  public let name: String
  /// The SHA-256 of the bytes of `main.swift` followed by those of `Figures.swift`.
  public let hash: String
  /// The pieces, in order.
  public let passages: [Passage]
  /// The figures' names in the order in which they stand, which is the order of their numbers.
  public let figures: [String]
  /// What keeps the source from being taken apart; empty for a lesson that can be woven.
  public let problems: [Problem]
  let functions: [FigureFunction]

  /// Takes a lesson's text apart; `figures` is the text of its `Figures.swift`.
  public init(name: String, text: String, figures figuresText: String = "") {
    self.name = name
    hash = SHA256.hex(Array(text.utf8) + Array(figuresText.utf8))
    passages = Self.passages(of: text)
    functions = FigureFunction.all(in: Self.passages(of: figuresText))
    let calls = passages.filter { $0.kind == .apparatus }.compactMap { FigureCall($0) }
    figures = calls.map(\.id)
    let (main, beside) = ("Lessons/\(name)/main.swift", "Lessons/\(name)/Figures.swift")
    problems =
      Problem.stringsAtTheMargin(of: text, file: main)
      + Problem.stringsAtTheMargin(of: figuresText, file: beside)
      + Problem.figuresWithoutFunction(calls, functions, file: main)
      + Problem.unannouncedTrainings(in: passages, file: main)
  }

  /// Reads a lesson's `main.swift` and the `Figures.swift` beside it, if there is one.
  ///
  /// The folder they lie in gives the lesson its name.
  ///
  /// - Throws: `FileError` if there is no `main.swift`, or one of the two cannot be read.
  public init(path: String) throws(FileError) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let figures = (parts.dropLast() + ["Figures.swift"]).joined(separator: "/")
    try self.init(
      name: parts.dropLast().last.map(String.init) ?? "lesson", text: Self.text(of: path),
      figures: isFile(figures) ? Self.text(of: figures) : "")
  }

  private static func text(of path: String) throws(FileError) -> String {
    String(decoding: try AtomicFile.read(path, limit: 1 << 20), as: UTF8.self)
  }

  /// The lesson's number, 1 for `lesson-01`; nil for a page without one, such as `the-end`.
  public var number: Int? { Self.number(of: name) }

  /// The number in a lesson's name; nil for a page without one.
  package static func number(of name: String) -> Int? {
    name.split(separator: "-").last.flatMap { Int($0) }
  }

  /// The lesson's title: its first heading, without the mark.
  public var title: String {
    let first = passages.first { $0.kind == .prose }?.text.split(separator: "\n").first ?? ""
    return TermMark.unmarked(String(first.drop { $0 == "#" || $0 == " " }))
  }

  /// What a figure is called in the text: 1.2 is the second figure of lesson 1, and 2 that of a page without number.
  public func figureNumber(_ id: String) -> String? {
    figures.firstIndex(of: id).map { (number.map { "\($0)." } ?? "") + "\($0 + 1)" }
  }

  /// The last line of the cell that a line belongs to: statements without a blank line between them.
  public func endOfCell(at line: Int) -> Int {
    var end = line
    for passage in passages where passage.lines.upperBound >= line {
      let isNext = passage.lines.contains(line) || passage.lines.lowerBound == end + 1
      guard isNext, passage.kind != .prose || passage.lines.contains(line) else { break }
      end = passage.lines.upperBound
    }
    return end
  }

  /// True for a passage that follows code or apparatus without a blank line between.
  public func isInsideCell(_ passage: Passage) -> Bool {
    passages.contains { $0.kind != .prose && $0.lines.upperBound == passage.lines.lowerBound - 1 }
  }

  /// What a lesson is called in the text: `lesson-02` is "lesson 2", and `the-end` "the end".
  public static func spokenName(_ name: String, isCapitalized: Bool = false) -> String {
    let words = number(of: name).map { "lesson \($0)" } ?? name.replacing("-", with: " ")
    return isCapitalized ? words.prefix(1).uppercased() + words.dropFirst() : words
  }

  // MARK: - Taking apart

  private static func passages(of text: String) -> [Passage] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var passages: [Passage] = []
    var next = 0
    while next < lines.count {
      let start = next
      if lines[next].allSatisfy(\.isWhitespace) {
        next += 1
        continue
      }
      let isProse = lines[next].hasPrefix("//:")
      next += 1
      if isProse {
        while next < lines.count, lines[next].hasPrefix("//:") { next += 1 }
      } else {
        while next < lines.count, continuesStatement(lines[next], within: lines[next...]) { next += 1 }
      }
      passages.append(passage(lines[start..<next], from: start + 1, isProse: isProse))
    }
    return passages
  }

  /// True for an indented line, a closing bracket at the margin, the brace below a signature of several lines, and a
  /// blank line inside a statement.
  private static func continuesStatement(_ line: Substring, within rest: ArraySlice<Substring>) -> Bool {
    guard let first = (line.isEmpty ? rest.first { !$0.isEmpty } : line)?.first else { return false }
    return " )]}{".contains(first)
  }

  private static func passage(_ lines: ArraySlice<Substring>, from first: Int, isProse: Bool) -> Passage {
    let range = first...(first + lines.count - 1)
    if isProse {
      let text = lines.map { $0.hasPrefix("//: ") ? $0.dropFirst(4) : $0.dropFirst(3) }.joined(
        separator: "\n")
      return Passage(kind: .prose, lines: range, text: text)
    }
    let text = lines.joined(separator: "\n")
    let calls = ["figure(", "try figure(", "claim(", "bind(", "announce(", "endLesson("]
    return Passage(
      kind: calls.contains { text.hasPrefix($0) } ? .apparatus : .code, lines: range, text: text)
  }
}

/// A position in a lesson's source, from which its passages are handed out once and in order.
public struct PassageCursor {
  private var rest: ArraySlice<LessonSource.Passage>
  private let source: LessonSource

  /// Creates a cursor at the source's first line.
  public init(_ source: LessonSource) {
    self.source = source
    rest = source.passages[...]
  }

  /// The passages not handed out yet, up to the end of the cell that a line belongs to.
  public mutating func next(upTo line: Int) -> [LessonSource.Passage] {
    let end = source.endOfCell(at: line)
    let passages = rest.prefix { $0.lines.lowerBound <= end }
    rest = rest.dropFirst(passages.count)
    return Array(passages)
  }
}
