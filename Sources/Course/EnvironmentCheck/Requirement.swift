/// A thing that the course needs, or is better with, and what of it was found.
public struct Requirement: Hashable, CustomStringConvertible, Sendable {
  /// The name.
  public let name: String
  /// Its purpose.
  public let purpose: String
  /// False if everything works without it.
  public let isNeeded: Bool
  /// What was found, such as a version; nil if it is missing.
  public let found: String?
  /// The command that installs it, or other advice.
  public let remedy: String
  /// The packages that `apt-get` installs for it; nil where it is installed in another way.
  let aptPackages: String?

  /// Creates a requirement whose remedy is any advice.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - purpose: Its purpose.
  ///   - isNeeded: False if everything works without it.
  ///   - found: What was found; nil if it is missing.
  ///   - remedy: The command that installs it, or other advice.
  public init(_ name: String, for purpose: String, isNeeded: Bool = true, found: String?, remedy: String) {
    self.init(name, for: purpose, isNeeded: isNeeded, found: found, remedy: remedy, aptPackages: nil)
  }

  init(
    _ name: String, for purpose: String, isNeeded: Bool, found: String?, remedy: String, aptPackages: String?
  ) {
    (self.name, self.purpose, self.isNeeded) = (name, purpose, isNeeded)
    (self.found, self.remedy, self.aptPackages) = (found, remedy, aptPackages)
  }

  /// A line for a thing that was found, or two with the remedy for one that is missing.
  public var description: String {
    if let found { return "✓ \(name)" + (found.isEmpty ? "" : " \(found)") }
    return "\(isNeeded ? "✗" : "–") \(name) is missing: \(purpose)\n    \(remedy)"
  }
}
