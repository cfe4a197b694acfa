/// One thing that the course needs, or is better with, and what of it is there.
public struct Requirement: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// What it is for.
  public let purpose: String
  /// False if everything works without it.
  public let isNeeded: Bool
  /// What is there, such as a version; nil if it is missing.
  public let found: String?
  /// The command that mends it, or what to do.
  public let remedy: String

  /// Creates a finding.
  public init(_ name: String, for purpose: String, isNeeded: Bool = true, found: String?, remedy: String) {
    (self.name, self.purpose, self.isNeeded) = (name, purpose, isNeeded)
    (self.found, self.remedy) = (found, remedy)
  }

  /// A line or two: what is there, or what to do about it.
  public var description: String {
    if let found { return "✓ \(name)" + (found.isEmpty ? "" : " \(found)") }
    return "\(isNeeded ? "✗" : "–") \(name) is missing: \(purpose)\n    \(remedy)"
  }
}
