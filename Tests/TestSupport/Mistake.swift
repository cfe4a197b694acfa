import Testing

/// A mistake of a caller, and the message with which it stops the program.
public struct Mistake: Sendable, CustomTestStringConvertible {
  /// The message, or its beginning.
  public let message: String
  /// Makes the mistake, in an exit test.
  public let body: @Sendable () -> Void

  /// The message, which names the case of a test.
  public var testDescription: String { message }

  /// Creates a mistake from its message and the code that makes it.
  public init(_ message: String, _ body: @escaping @Sendable () -> Void) {
    (self.message, self.body) = (message, body)
  }
}

/// The text that the child process of an exit test wrote to standard error.
public func standardError(of result: ExitTest.Result?) -> String {
  guard let result else { return "" }
  return String(decoding: result.standardErrorContent, as: UTF8.self)
}
