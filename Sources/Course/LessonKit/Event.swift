import Charting
import Support

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Something a lesson did: the narrator prints it, the weaver puts it into the chapter.
public struct Event: Hashable, Codable, Sendable {
  /// What was done.
  public enum Kind: Hashable, Codable, Sendable {
    /// The lesson began; always the first event.
    case begin(RunRecord)
    /// A value was shown under a label.
    case show(label: String, text: String)
    /// A table was shown.
    case table(title: String, TextTable)
    /// A figure was drawn; the chart itself is kept, so that it can be drawn again.
    case figure(id: String, caption: String, alt: String, Chart)
    /// A statement was checked.
    case claim(text: String, holds: Bool)
    /// A number was made ready for the prose, which names it in double braces.
    case bind(name: String, text: String)
    /// The lesson ended; always the last event.
    case end
  }

  /// The line of `main.swift` it happened at, counted from 1.
  public let line: Int
  /// What was done.
  public let kind: Kind

  /// Creates an event of a line.
  public init(line: Int, _ kind: Kind) {
    (self.line, self.kind) = (line, kind)
  }

  /// Events as a log holds them: JSON with sorted keys, one event a line, the same bytes for the same events.
  ///
  /// - Throws: an encoding error for a chart with a number that JSON has no form for.
  public static func log(_ events: [Event]) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try events.flatMap { try encoder.encode($0) + [UInt8(ascii: "\n")] }
  }
}
