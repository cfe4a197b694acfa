/// Stops the program with `message` unless `condition` holds: the caller made a mistake.
///
/// Unlike `precondition`, which is mute in an optimized build, the message always reaches the reader;
/// it names the thing, the cause and the remedy, with both values: the expected and the received.
@inline(__always)
public func require(
  _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String,
  file: StaticString = #fileID, line: UInt = #line
) {
  if !condition() { fatalError(message(), file: file, line: line) }
}

/// Stops the program with `message`: the caller made a mistake, and there is no value to go on with.
///
/// The message names the thing, the cause and the remedy, as that of `require(_:_:)` does.
public func stop(_ message: String, file: StaticString = #fileID, line: UInt = #line) -> Never {
  fatalError(message, file: file, line: line)
}
