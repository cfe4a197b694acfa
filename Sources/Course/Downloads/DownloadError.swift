import Foundation
import Support

/// A file that could not be downloaded: which, why, and what to do.
package enum DownloadError: Error, Hashable, CustomStringConvertible, Sendable {
  /// What came of asking one mirror.
  package struct StudentAnswer: Hashable, Sendable {
    /// Where the file was asked for.
    package let address: URL
    /// Why it was not had.
    package let failure: MirrorFailure
  }

  /// None of the mirrors gave the file; `kept` bytes of it lie in the folder for the next time.
  case noMirror(file: RemoteFile, folder: String, attempts: [StudentAnswer], kept: Int)
  /// The file could not be written.
  case unwritable(FileError)

  /// A line for each mirror, and the remedy.
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
