import LessonKit
import Support

/// A chapter of the book: a lesson's source and the events of a run, woven into GitHub's Markdown.
public struct Chapter: Hashable, Sendable {
  /// The whole chapter.
  public let markdown: String
  /// The lesson's title.
  public let title: String

  /// Weaves a chapter; `catalog` lists the lessons and exercises that it may refer to.
  ///
  /// - Throws: `WeaverError` for a source that cannot be taken apart (see `LessonSource.problems`), a run of
  ///   another source, a reference to nothing, a number that the prose never uses, a formula that the terminal
  ///   cannot show, a path of this machine, or a figure that was not drawn.
  public init(_ source: LessonSource, log: EventLog, catalog: LessonCatalog) throws(WeaverError) {
    if let problem = source.problems.first { throw WeaverError(problem.location, problem.message) }
    let location = "Lessons/\(source.name)/main.swift"
    guard log.record.sourceHash == source.hash else {
      throw WeaverError(location, "the events come from another version of the source; run the lesson again")
    }
    var weave = Weave(source: source, catalog: catalog)
    for event in log.events { try weave.add(event) }
    try weave.addRest()
    try weave.checkNothingIsLeftOver()
    title = source.title
    let footer = Footer(
      source: source, record: log.record, companions: catalog.companions[source.name] ?? [])
    markdown =
      weave.markdown.drop { $0 == "\n" } + footer.markdown
      + Neighbours(of: source.name, in: catalog).markdown
    if let path = catalog.machinePaths.first(in: markdown) {
      throw WeaverError(
        location, "the chapter would show a path of this machine, \(path); print names instead")
    }
    for figure in log.figures { try Self.check(figure, of: source, for: catalog.machinePaths) }
  }

  /// Checks the texts of a figure for paths of this machine: caption, title, labels, nodes.
  private static func check(
    _ figure: Event, of source: LessonSource, for paths: MachinePaths
  ) throws(WeaverError) {
    let location = "Lessons/\(source.name)/main.swift:\(figure.line)"
    let json: [UInt8]
    do {
      json = try Event.log([figure])
    } catch {
      throw WeaverError(location, "the figure cannot be written as JSON: \(error)")
    }
    if let path = paths.first(inJSON: String(decoding: json, as: UTF8.self)) {
      throw WeaverError(
        location, "the figure would show a path of this machine, \(path); write names instead")
    }
  }
}

/// The end of a chapter: its source and conditions, in a form that can be compared with the source.
public struct Footer: Hashable, Sendable {
  /// The SHA-256 of the lesson's source; see `LessonSource.hash`.
  public let sourceHash: String
  /// The names of the figures, in order.
  public let figures: [String]
  private let folder: String
  private let conditions: String
  private let companions: [String]

  init(source: LessonSource, record: RunRecord, companions: [String]) {
    sourceHash = source.hash
    figures = source.figures
    folder = "Lessons/\(source.name)"
    self.companions = companions
    conditions =
      "profile \(record.profile.rawValue), seed \(record.seed), \(record.data), \(record.toolchain)"
  }

  var markdown: String {
    """

    ---

    \(WovenPage.mark) from [`\(folder)/main.swift`](../../\(folder)/main.swift) and
    [`Figures.swift`](../../\(folder)/Figures.swift): \(conditions).<br>
    \(Self.unshown(companions, in: folder))SHA-256 of the two, one after the other, `\(sourceHash)`<br>
    Figures \(figures.map { "`\($0)`" }.joined(separator: " "))

    """
  }

  /// The line that names the files of the code that the chapter calls and does not show; empty where there are none.
  private static func unshown(_ companions: [String], in folder: String) -> String {
    let links = companions.map { "[`\($0)`](../../\(folder)/\($0))" }
    return links.isEmpty ? "" : "\(notShown): \(links.joined(separator: ", ")).<br>\n"
  }

  private static let notShown = "Called, and not shown"

  /// Why a committed chapter is stale.
  ///
  /// - Parameters:
  ///   - chapter: The chapter.
  ///   - source: The lesson as it stands.
  ///   - companions: Its Swift files beside `main.swift` and `Figures.swift`, in order.
  /// - Returns: The reason and the remedy; nil if the chapter was woven from this source.
  public static func staleness(
    of chapter: String, source: LessonSource, companions: [String] = []
  ) -> String? {
    let again = "run `swift run book`"
    if !chapter.contains("SHA-256 of the two, one after the other, `\(source.hash)`") {
      return "the chapter of \(source.name) was woven from another main.swift or Figures.swift; \(again)"
    }
    let line = unshown(companions, in: "Lessons/\(source.name)")
    guard line.isEmpty ? !chapter.contains("\n\(notShown): ") : chapter.contains("\n\(line)") else {
      return "the chapter of \(source.name) names other files beside main.swift and Figures.swift; \(again)"
    }
    let figures = source.figures.map { "`\($0)`" }.joined(separator: " ")
    return chapter.contains("Figures \(figures)\n")
      ? nil : "the figures of \(source.name) have changed; \(again)"
  }
}

/// A mistake in a lesson's text or events: its location, its cause and the remedy.
public struct WeaverError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The file and the line, such as `Lessons/lesson-01/main.swift:12`.
  public let location: String
  /// The cause and the remedy.
  public let message: String

  init(_ location: String, _ message: String) {
    (self.location, self.message) = (location, message)
  }

  /// One line for the reader.
  public var description: String { "\(location): \(message)" }
}
