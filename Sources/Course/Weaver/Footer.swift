import LessonKit

/// The end of a chapter: what it was woven from, in a form that a test can compare with the source.
public struct Footer: Hashable, Sendable {
  /// The SHA-256 of the lesson's source.
  public let sourceHash: String
  /// The names of the figures, in order.
  public let figures: [String]
  private let place: String
  private let conditions: String

  init(source: LessonSource, record: RunRecord) {
    sourceHash = source.hash
    figures = source.figures
    place = "Lessons/\(source.name)/main.swift"
    conditions =
      "profile \(record.profile.rawValue), seed \(record.seed), \(record.data), \(record.toolchain)"
  }

  var markdown: String {
    """

    ---

    Woven by `swift run book` from [`\(place)`](../../\(place)): \(conditions).<br>
    Source SHA-256 `\(sourceHash)`<br>
    Figures \(figures.map { "`\($0)`" }.joined(separator: " "))

    """
  }

  /// Says why a committed chapter is no longer the lesson's: nil if it is.
  public static func staleness(of chapter: String, source: LessonSource) -> String? {
    let again = "run `swift run book`"
    if !chapter.contains("Source SHA-256 `\(source.hash)`") {
      return "the chapter of \(source.name) was woven from another main.swift; \(again)"
    }
    let figures = source.figures.map { "`\($0)`" }.joined(separator: " ")
    return chapter.contains("Figures \(figures)\n")
      ? nil : "the figures of \(source.name) have changed; \(again)"
  }
}
