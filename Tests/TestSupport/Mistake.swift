import Testing

/// A mistake of a caller, and what the program says before it stops.
public struct Mistake: Sendable, CustomTestStringConvertible {
  /// The message, or its beginning.
  public let message: String
  /// Makes the mistake; to be called in an exit test.
  public let body: @Sendable () -> Void

  /// The message stands for the mistake.
  public var testDescription: String { message }

  /// Names the message and makes the mistake.
  public init(_ message: String, _ body: @escaping @Sendable () -> Void) {
    (self.message, self.body) = (message, body)
  }
}
