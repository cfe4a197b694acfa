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
  /// `shelf` says which lessons and exercises there are to refer to.
  ///
  /// - Throws: `WeaverError` for a reference to nothing, a number that the prose never uses, a formula the
  ///   terminal cannot show, a path of one machine, a figure that was not drawn, a run of another source.
  public init(_ source: LessonSource, log: EventLog, shelf: Shelf) throws(WeaverError) {
    let place = "Lessons/\(source.name)/main.swift"
    guard log.record.sourceHash == source.hash else {
      throw WeaverError(place, "the events come from another version of the source; run the lesson again")
    }
    var weave = Weave(source: source, shelf: shelf)
    for event in log.events { try weave.add(event) }
    try weave.addRest()
    try weave.checkNothingIsLeftOver()
    title = source.title
    markdown = weave.markdown + Footer(source: source, record: log.record).markdown
    if let path = Self.machinePath(in: markdown) {
      throw WeaverError(place, "the chapter would show a path of this machine, \(path); print names instead")
    }
  }

  /// The first absolute path of a machine in a text, if there is one.
  private static func machinePath(in text: String) -> String? {
    for root in ["/home/", "/Users/", "/root/", "/tmp/", "/private/", "/var/folders/", "/work/"] {
      for match in text.ranges(of: root) {
        let before = match.lowerBound == text.startIndex ? " " : text[text.index(before: match.lowerBound)]
        if before.isWhitespace || "\"'`(".contains(before) {
          return String(text[match.lowerBound...].prefix { !$0.isWhitespace })
        }
      }
    }
    return nil
  }
}
