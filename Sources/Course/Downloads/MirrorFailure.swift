/// Why a mirror did not give a file.
package enum MirrorFailure: Error, Hashable, CustomStringConvertible, Sendable {
  /// No connection came about, for the system's reason.
  case unreachable(reason: String)
  /// The server answered with this HTTP status instead of the file.
  case status(Int)
  /// The server sent nothing, or too little to go on, for so many seconds.
  case stalled(seconds: Int)
  /// The connection ended before the file did.
  case cut(received: Int, expected: Int)
  /// The server announced a file of another size.
  case wrongSize(announced: Int, expected: Int)
  /// The server went on after the file's last byte.
  case tooLong(expected: Int)
  /// The server sent another part of the file than the one asked for.
  case wrongPart
  /// The bytes are as many as they should be, and not those of the file.
  case wrongHash(found: String, expected: String)
  /// The server sent on to an address that must not be used, or on and on.
  case redirect(to: String)

  /// What happened, the cause that can be guessed and what can be done.
  package var description: String {
    switch self {
    case .unreachable(let reason): "no connection (\(reason)); check the network and the proxy settings"
    case .status(404): "no such file there (404); the mirror has moved, or its address is misspelt"
    case .status(let code): "the server refused (HTTP status \(code)); try later or another mirror"
    case .stalled(let seconds):
      "it sent nothing or next to nothing for \(seconds) s; try again later, or with a longer --timeout"
    case .cut(let received, let expected):
      "the connection ended at byte \(received) of \(expected); try again"
    case .wrongSize(let announced, let expected):
      "its file has \(announced) bytes, not \(expected); it is another file, or a page of a network's login"
    case .tooLong(let expected):
      "it went on after the \(expected) bytes of the file; it is another file"
    case .wrongPart: "it sent another part of the file than was asked for; try another mirror"
    case .wrongHash(let found, let expected):
      "its content is not the file's: SHA-256 \(found), not \(expected); it was changed there or on the way"
    case .redirect(let target):
      "it sent on to \(target), which is not followed; a mirror by https leads to https, in five steps at most"
    }
  }
}
