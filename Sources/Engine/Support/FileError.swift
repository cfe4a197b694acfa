import Platform

/// A file that could not be read or written: its path, the operation that failed and the system's reason.
public struct FileError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The path of the file or folder.
  public let path: String
  /// The operation that failed, such as "create".
  public let operation: String
  /// The system's reason, such as "Permission denied".
  public let reason: String

  package init(_ operation: String, _ path: String, reason: String) {
    (self.operation, self.path, self.reason) = (operation, path, reason)
  }

  /// Creates the error of a system call that failed with an error code.
  package init(_ operation: String, _ path: String, code: Int32 = errno) {
    self.init(operation, path, reason: String(cString: strerror(code)))
  }

  /// The operation, the path and the reason, in one line.
  public var description: String { "cannot \(operation) \(path): \(reason)" }
}

// At file level, where `read` and `write` are the system's.

/// Reads at most as many bytes as `chunk` holds; a call that a signal interrupted is repeated.
///
/// - Returns: The number of bytes; 0 at the end of the file; −1 on failure, with the reason in `errno`.
package func readSome(_ descriptor: Int32, into chunk: inout [UInt8]) -> Int {
  while true {
    let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    if count >= 0 || errno != EINTR { return count }
  }
}

/// Writes all bytes, in as many calls as the system needs; a call that a signal interrupted is repeated.
///
/// - Returns: False on failure, with the reason in `errno`.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
  bytes.withUnsafeBytes { buffer in
    var offset = 0
    while offset < buffer.count {
      let count = write(descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
      if count >= 0 {
        offset += count
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }
}
