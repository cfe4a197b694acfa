/// Stops the program with `message` unless `condition` holds: the caller made a mistake.
///
/// The message reaches the reader in every build; that of `precondition` is lost in an optimized one.
///
/// - Parameters:
///   - condition: What a correct caller has seen to.
///   - message: The thing, the cause, the remedy and both values: the expected and the received.
///   - file: The file of the caller.
///   - line: The line of the caller.
@inline(__always)
public func require(
  _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String,
  file: StaticString = #fileID, line: UInt = #line
) {
  if !condition() { fatalError(message(), file: file, line: line) }
}

/// Stops the program with `message`: the caller made a mistake, and there is no value to go on with.
///
/// The message names the thing, the cause and the remedy, like that of ``require(_:_:file:line:)``.
public func stop(_ message: String, file: StaticString = #fileID, line: UInt = #line) -> Never {
  fatalError(message, file: file, line: line)
}
