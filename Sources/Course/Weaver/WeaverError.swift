/// What is wrong with a lesson's text or its events: the place, the cause and the remedy.
public struct WeaverError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The file and the line, such as `Lessons/lesson-01/main.swift:12`.
  public let place: String
  /// The cause and the remedy.
  public let message: String

  init(_ place: String, _ message: String) {
    (self.place, self.message) = (place, message)
  }

  /// One line for the reader.
  public var description: String { "\(place): \(message)" }
}
