import Charting

/// Where a lesson's results come from: enough to make them again.
public struct RunRecord: Hashable, Codable, Sendable {
  /// The lesson, such as `lesson-01`.
  public let lesson: String
  /// The SHA-256 of the lesson's `main.swift`.
  public let sourceHash: String
  /// How much work was done.
  public let profile: Profile
  /// The seed every random number came from.
  public let seed: UInt64
  /// The pictures used: the built-in digits, or MNIST.
  public let data: String
  /// The compiler that built the lesson.
  public let toolchain: String

  /// Creates a record.
  public init(
    lesson: String, sourceHash: String, profile: Profile, seed: UInt64, data: String,
    toolchain: String = RunRecord.compiler
  ) {
    (self.lesson, self.sourceHash, self.profile) = (lesson, sourceHash, profile)
    (self.seed, self.data, self.toolchain) = (seed, data, toolchain)
  }

  /// The compiler that built this library, as far as the language can tell.
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

  /// What a figure's file says of where it comes from; empty for an event that is no figure.
  public func provenance(of event: Event) -> Provenance {
    guard case .figure(_, let caption, let alt, _) = event.kind else { return Provenance() }
    return Provenance(
      title: caption, description: alt, source: "Lessons/\(lesson)/main.swift:\(event.line)",
      inputs: "sha256 \(sourceHash)", seed: "\(seed), profile \(profile.rawValue)", data: data,
      software: toolchain)
  }
}
