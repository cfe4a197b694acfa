import CProcess
import Foundation
import Platform

/// A way to ask a program that runs at the moment, line by line, and to hear its replies.
package struct Channel: Sendable {
  private let ourEnd: Int32
  let programsEnd: Int32

  /// The longest reply, in bytes.
  private static let limit = 1 << 20

  /// Makes a channel on which nobody waits longer than some seconds.
  init(seconds: Int) throws(ClassroomError) {
    var ends: [Int32] = [-1, -1]
    let failure = qat_make_channel(&ends, UInt32(seconds))
    guard failure == 0 else {
      throw ClassroomError("cannot talk with an answer: \(String(cString: strerror(failure))); try again")
    }
    (ourEnd, programsEnd) = (ends[0], ends[1])
  }

  /// Ends the conversation.
  func close() { _ = Platform.close(ourEnd) }

  /// Sends a line and waits for one.
  ///
  /// What comes behind the end of the line is dropped: nobody asked for it.
  ///
  /// - Parameter line: The line, without its end.
  /// - Returns: The reply, without its end; nil if none comes, or one that is too long.
  package func ask(_ line: Data) -> Data? {
    let bytes = [UInt8](line) + [UInt8(ascii: "\n")]
    guard qat_send(ourEnd, bytes, UInt(bytes.count)) == 0 else { return nil }
    var reply: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 14)
    while reply.count < Self.limit {
      let count = recv(ourEnd, &chunk, chunk.count, 0)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return nil }
      if let end = chunk[..<count].firstIndex(of: UInt8(ascii: "\n")) {
        return Data(reply + chunk[..<end])
      }
      reply += chunk[..<count]
    }
    return nil
  }
}
