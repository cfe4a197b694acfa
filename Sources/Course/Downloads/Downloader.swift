import Foundation
import Support

/// Gets files from mirrors, whole and right or not at all.
///
/// What a broken connection left is continued, by the next attempt, the next mirror or the next run; the hash of
/// the whole decides in the end, so a server need not be trusted about what it continues.
package struct Downloader: Sendable {
  /// The mirrors, in the order in which they are asked.
  package let mirrors: [Mirror]
  /// How many seconds a server may be silent, or send less than `leastRate` allows.
  package let timeout: Int
  /// How many bytes a second a server has to send, over each timeout.
  package let leastRate: Int
  /// How often a mirror may fail to get further with one file before it is given up.
  private static let fruitlessAttempts = 5
  /// How often a mirror is asked for one file, however far each attempt gets.
  private static let attempts = 100
  static let redirects = 5

  /// Creates a downloader; `mirrors` needs one at least and `timeout` is above zero.
  package init(mirrors: [Mirror], timeout: Int = 30, leastRate: Int = 1000) {
    require(!mirrors.isEmpty, "a download needs a mirror to ask; got none")
    require(timeout > 0, "a timeout is a number of seconds above zero; got \(timeout)")
    (self.mirrors, self.timeout, self.leastRate) = (mirrors, timeout, leastRate)
  }

  /// How many bytes have to arrive in the time of a timeout.
  var leastArrival: Int { leastRate * timeout }

  /// Downloads a file into a folder; `progress` is told how many of its bytes are there.
  ///
  /// - Throws: `DownloadError` if no mirror has the file or it cannot be written. The folder then has at most a
  ///   `.part` file, never one of the final name.
  package func download(
    _ file: RemoteFile, into folder: String, progress: (Int) -> Void = { _ in }
  ) async throws(DownloadError) {
    var attempts: [DownloadError.StudentAnswer] = []
    var kept = 0
    do throws(FileError) {
      try AtomicFile.createFolder(folder)
      let partial = try PartialFile(of: folder.hasSuffix("/") ? folder + file.name : "\(folder)/\(file.name)")
      for mirror in mirrors {
        guard let failure = try await get(file, from: mirror, into: partial, progress) else {
          return try partial.publish()
        }
        attempts.append(.init(address: mirror.address(of: file), failure: failure))
      }
      kept = partial.count
      if kept == 0 { partial.remove() }
    } catch {
      throw .unwritable(error)
    }
    throw .noMirror(file: file, folder: folder, attempts: attempts, kept: kept)
  }

  /// Asks one mirror, again where its connection broke or an earlier part turns out wrong; nil if all is well.
  ///
  /// On a bad line a large file may come in many parts: only attempts that get no further are counted.
  private func get(
    _ file: RemoteFile, from mirror: Mirror, into partial: PartialFile, _ progress: (Int) -> Void
  ) async throws(FileError) -> MirrorFailure? {
    var failure: MirrorFailure?
    var (attempts, fruitless) = (0, 0)
    while attempts < Self.attempts, fruitless < Self.fruitlessAttempts {
      attempts += 1
      let start = partial.count
      var isFresh = start == 0
      if start < file.byteCount {
        let (wholeAnswer, problem) = try await receive(file, from: mirror, into: partial, progress)
        isFresh = isFresh || wholeAnswer
        failure = problem
      } else {
        failure = nil
      }
      if failure == nil { failure = try check(file, partial) }
      guard let failure else { return nil }
      switch failure {
      case .cut: if partial.count <= start { fruitless += 1 }
      case .wrongHash, .wrongPart, .status(416):
        // What was continued was wrong, perhaps: once more from the beginning.
        try partial.restart()
        if isFresh { return failure }
        fruitless += 1
      default: return failure
      }
    }
    return failure
  }
}
