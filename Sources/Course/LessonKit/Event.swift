import Charting
import Support

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A step of a lesson's run: the narrator prints it, the weaver puts it into the chapter.
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
    /// A number was bound to a name, by which the prose refers to it in double braces.
    case bind(name: String, text: String)
    /// The lesson ended; always the last event.
    case end
  }

  /// The line of `main.swift` that caused the event, counted from 1.
  public let line: Int
  /// What was done.
  public let kind: Kind

  /// Creates an event of a line.
  public init(line: Int, _ kind: Kind) {
    (self.line, self.kind) = (line, kind)
  }

  /// Events as a log holds them: JSON with sorted keys, one event a line.
  ///
  /// Equal events give equal bytes.
  ///
  /// - Throws: an encoding error for a chart with a number that JSON has no form for.
  public static func log(_ events: [Event]) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try events.flatMap { try encoder.encode($0) + [UInt8(ascii: "\n")] }
  }
}

/// The origin of a lesson's results: enough to compute them again.
public struct RunRecord: Hashable, Codable, Sendable {
  /// The lesson, such as `lesson-01`.
  public let lesson: String
  /// The SHA-256 of the lesson's source; see ``LessonSource/hash``.
  public let sourceHash: String
  /// How much work was done.
  public let profile: Profile
  /// The seed every random number came from.
  public let seed: UInt64
  /// The pictures used: `no pictures`, `built-in digits` or `MNIST`.
  public let data: String
  /// The compiler that built the lesson.
  public let toolchain: String

  /// Creates a record.
  ///
  /// - Parameters:
  ///   - lesson: The lesson, such as `lesson-01`.
  ///   - sourceHash: The SHA-256 of its source.
  ///   - profile: How much work was done.
  ///   - seed: The seed every random number came from.
  ///   - data: The pictures used.
  ///   - toolchain: The compiler that built the lesson.
  public init(
    lesson: String, sourceHash: String, profile: Profile, seed: UInt64, data: String,
    toolchain: String = RunRecord.compiler
  ) {
    (self.lesson, self.sourceHash, self.profile) = (lesson, sourceHash, profile)
    (self.seed, self.data, self.toolchain) = (seed, data, toolchain)
  }

  /// The compiler that built this library, as far as `#if compiler` can tell.
  public static var compiler: String {
    #if compiler(>=6.5)
      "Swift 6.5 or later"
    #elseif compiler(>=6.4)
      "Swift 6.4"
    #elseif compiler(>=6.3)
      "Swift 6.3"
    #else
      "Swift 6.2"
    #endif
  }

  /// The provenance that a figure's file carries; empty for an event of another kind.
  public func provenance(of event: Event) -> Provenance {
    guard case .figure(_, let caption, let alt, _) = event.kind else { return Provenance() }
    return Provenance(
      title: caption, description: alt, source: "Lessons/\(lesson)/main.swift:\(event.line)",
      inputs: "sha256 \(sourceHash)", seed: "\(seed), profile \(profile.rawValue)", data: data,
      software: toolchain)
  }
}
