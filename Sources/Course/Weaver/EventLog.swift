import Foundation
import LessonKit
import Support

/// The events of one run of a lesson, as `--events` wrote them.
public struct EventLog: Hashable, Sendable {
  /// The origin of the results.
  public let record: RunRecord
  /// The events between the beginning and the end, in order.
  public let events: [Event]

  /// Reads a log: JSON, one event a line, the first a beginning and the last an end.
  ///
  /// - Throws: `WeaverError` that names the line, or `FileError`.
  public init(path: String) throws {
    try self.init(AtomicFile.read(path, limit: 1 << 28), name: path)
  }

  /// Reads a log's bytes; `name` is the name of the log in errors.
  ///
  /// - Throws: `WeaverError` that names the line.
  public init(_ bytes: [UInt8], name: String) throws(WeaverError) {
    var events: [Event] = []
    for (index, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
      do {
        events.append(try JSONDecoder().decode(Event.self, from: Data(line)))
      } catch {
        throw WeaverError("\(name):\(index + 1)", "not an event of a lesson (\(error)); run the lesson again")
      }
    }
    guard case .begin(let record) = events.first?.kind else {
      throw WeaverError("\(name):1", "the first event must be a lesson's beginning; run the lesson again")
    }
    guard case .end = events.last?.kind else {
      throw WeaverError(
        "\(name):\(events.count)", "the lesson did not end; its last line must be endLesson()")
    }
    self.record = record
    self.events = Array(events.dropFirst().dropLast())
  }

  /// The figures, in the order in which they were drawn.
  public var figures: [Event] {
    events.filter { if case .figure = $0.kind { true } else { false } }
  }
}
