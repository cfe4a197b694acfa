import LessonKit
import Support

/// A chapter of the book: a lesson's source and the events of a run, woven into GitHub's Markdown.
public struct Chapter: Hashable, Sendable {
  /// The whole chapter.
  public let markdown: String
  /// The lesson's title.
  public let title: String

  /// Weaves a chapter.
  ///
  /// `catalog` says which lessons and exercises there are to refer to.
  ///
  /// - Throws: `WeaverError` for a reference to nothing, a number that the prose never uses, a formula the
  ///   terminal cannot show, a path of one machine, a figure that was not drawn, a run of another source.
  public init(_ source: LessonSource, log: EventLog, catalog: LessonCatalog) throws(WeaverError) {
    let place = "Lessons/\(source.name)/main.swift"
    guard log.record.sourceHash == source.hash else {
      throw WeaverError(place, "the events come from another version of the source; run the lesson again")
    }
    var weave = Weave(source: source, catalog: catalog)
    for event in log.events { try weave.add(event) }
    try weave.addRest()
    try weave.checkNothingIsLeftOver()
    title = source.title
    markdown = weave.markdown.drop { $0 == "\n" } + Footer(source: source, record: log.record).markdown
    if let path = catalog.machinePaths.first(in: markdown) {
      throw WeaverError(place, "the chapter would show a path of this machine, \(path); print names instead")
    }
    for figure in log.figures { try Self.check(figure, of: source, for: catalog.machinePaths) }
  }

  /// Checks what a figure shows and what its file says of it: titles, labels, the texts of nodes.
  private static func check(
    _ figure: Event, of source: LessonSource, for paths: MachinePaths
  ) throws(WeaverError) {
    let place = "Lessons/\(source.name)/main.swift:\(figure.line)"
    let json: [UInt8]
    do {
      json = try Event.log([figure])
    } catch {
      throw WeaverError(place, "the figure cannot be written as JSON: \(error)")
    }
    if let path = paths.first(inJSON: String(decoding: json, as: UTF8.self)) {
      throw WeaverError(place, "the figure would show a path of this machine, \(path); write names instead")
    }
  }
}
