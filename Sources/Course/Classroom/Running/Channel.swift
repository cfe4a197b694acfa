import CProcess
import Foundation
import Platform

/// A way to ask a program that runs at the moment, line by line, and to hear its replies.
package final class Channel: Sendable {
  private let ourEnd: Int32
  let programsEnd: Int32
  private let outputs: [String]
  // What has come, and was not given out yet; one thread talks at a time.
  nonisolated(unsafe) private var received: [UInt8] = []
  /// Whether a reply was longer than any may be; nothing more is heard then.
  nonisolated(unsafe) private(set) var isOverfull = false

  /// The longest reply, in bytes.
  private static let limit = 1 << 20

  /// Makes a channel on which nobody waits longer than some seconds, to a program that writes into two files.
  init(seconds: Int, output: String, error: String) throws(ClassroomError) {
    var ends: [Int32] = [-1, -1]
    let failure = qat_make_channel(&ends, UInt32(seconds))
    guard failure == 0 else {
      throw ClassroomError("cannot talk with an answer: \(String(cString: strerror(failure))); try again")
    }
    (ourEnd, programsEnd) = (ends[0], ends[1])
    outputs = [output, error]
  }

  /// Ends the conversation.
  func close() { _ = Platform.close(ourEnd) }

  /// Sends a line and waits for one.
  ///
  /// - Parameter line: The line, without its end.
  /// - Returns: The reply, without its end; nil if none comes, or one that is too long.
  package func ask(_ line: Data) -> Data? {
    let bytes = [UInt8](line) + [UInt8(ascii: "\n")]
    guard qat_send(ourEnd, bytes, UInt(bytes.count)) == 0 else { return nil }
    return hear()
  }

  /// Waits for a line, without its end; nil if none comes, or one that is too long.
  package func hear() -> Data? {
    var chunk = [UInt8](repeating: 0, count: 1 << 14)
    var seen = 0
    while true {
      if let end = received[seen...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { received.removeFirst(end + 1) }
        return Data(received[..<end])
      }
      seen = received.count
      isOverfull = seen >= Self.limit
      guard !isOverfull else { return nil }
      let count = recv(ourEnd, &chunk, chunk.count, 0)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return nil }
      received += chunk[..<count]
    }
  }

  /// How many bytes the program has written to standard output and to standard error so far.
  package func written() -> (output: Int, error: Int) {
    let sizes = outputs.map { path in
      var status = stat()
      return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }
    return (sizes[0], sizes[1])
  }
}
