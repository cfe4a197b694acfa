import Foundation
import Support

/// A file that could not be downloaded: the file, the causes and the remedy.
package enum DownloadError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The failed attempts to get the file from one mirror.
  package struct Attempt: Hashable, Sendable {
    /// The address of the file on the mirror.
    package let address: URL
    /// The reason of the last failure.
    package let failure: MirrorFailure
  }

  /// No mirror gave the file; `kept` bytes of it stay in the folder for the next run.
  case noMirror(file: RemoteFile, folder: String, attempts: [Attempt], kept: Int)
  /// The file could not be written.
  case unwritable(FileError)

  /// The causes, a line for each mirror, and the remedy.
  package var description: String {
    switch self {
    case .noMirror(let file, let folder, let attempts, let kept):
      let lines = attempts.map { "\n  \($0.address.absoluteString): \($0.failure)" }.joined()
      let remainder = kept > 0 ? "; the next run goes on from byte \(kept)" : ""
      return "cannot download \(file.name)\(lines)\n"
        + "Download it by hand and put it into \(folder), or name another mirror with --mirror\(remainder)"
    case .unwritable(let error):
      return "\(error); make room, check the permissions, or name another folder with --to"
    }
  }
}

/// The reason why a mirror did not give a file.
package enum MirrorFailure: Error, Hashable, CustomStringConvertible, Sendable {
  /// No connection was made, for the system's reason.
  case unreachable(reason: String)
  /// The server answered with this HTTP status instead of the file.
  case status(Int)
  /// The server sent nothing, or too little, for this many seconds.
  case stalled(seconds: Int)
  /// The connection ended before the file did.
  case cut(received: Int, expected: Int)
  /// The server announced a file of another size.
  case wrongSize(announced: Int, expected: Int)
  /// The server sent more bytes than the file has.
  case tooLong(expected: Int)
  /// The server sent another part of the file than the requested one.
  case wrongPart
  /// The number of bytes is right, but their hash is not that of the file.
  case wrongHash(found: String, expected: String)
  /// The server redirected to an address that must not be used, or too many times.
  case redirect(to: String)

  /// The problem, its likely cause and the remedy.
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
