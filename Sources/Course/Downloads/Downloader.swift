import Foundation
import Support

/// A downloader that gets files from mirrors, whole and right or not at all.
///
/// The next attempt, the next mirror or the next run resumes a transfer that broke off. The hash of the whole file
/// decides in the end, so that no server has to be trusted about the part that it sends.
package struct Downloader: Sendable {
  /// The mirrors in the order in which they are asked.
  package let mirrors: [Mirror]
  /// The number of seconds for which a server may be silent, or slower than ``leastRate``.
  package let timeout: Int
  /// The number of bytes a second that a server has to send, on average over each timeout.
  package let leastRate: Int
  /// The number of attempts without progress after which a mirror is given up for a file.
  private static let fruitlessAttempts = 5
  /// The largest number of attempts to get one file from a mirror, whatever their progress.
  private static let attempts = 100
  /// The largest number of redirects that one attempt follows.
  private static let redirects = 5

  /// Creates a downloader; `mirrors` has at least one, and `timeout` is above 0.
  package init(mirrors: [Mirror], timeout: Int = 30, leastRate: Int = 1000) {
    require(!mirrors.isEmpty, "a download needs a mirror to ask; got none")
    require(timeout > 0, "a timeout is a number of seconds above zero; got \(timeout)")
    (self.mirrors, self.timeout, self.leastRate) = (mirrors, timeout, leastRate)
  }

  /// The number of bytes that have to arrive within a timeout.
  private var leastArrival: Int { leastRate * timeout }

  /// Downloads a file into a folder; `progress` receives the number of its bytes that are there.
  ///
  /// - Throws: ``DownloadError`` if no mirror has the file or it cannot be written. The folder then has at most a
  ///   `.part` file, never one of the final name.
  package func download(
    _ file: RemoteFile, into folder: String, progress: (Int) -> Void = { _ in }
  ) async throws(DownloadError) {
    var attempts: [DownloadError.Attempt] = []
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

  /// Gets a file from one mirror, in further attempts where a connection broke or an earlier part proves wrong.
  ///
  /// On a bad line a large file may take many attempts; those without progress are counted on their own.
  ///
  /// - Returns: Nil if the file is whole and right.
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
        // The earlier part may be wrong: start once more from the beginning.
        try partial.restart()
        if isFresh { return failure }
        fruitless += 1
      default: return failure
      }
    }
    return failure
  }
}

extension Downloader {
  /// The outcome of one answer.
  private enum Outcome {
    case complete(fromBeginning: Bool)
    case redirected(to: URL)
    case failed(MirrorFailure)
  }

  /// Asks a mirror once for the missing bytes, following redirects, and appends them to the file.
  ///
  /// - Returns: Whether the answer began with the file's first byte, and the failure, if there was one.
  private func receive(
    _ file: RemoteFile, from mirror: Mirror, into partial: PartialFile, _ progress: (Int) -> Void
  ) async throws(FileError) -> (fromBeginning: Bool, failure: MirrorFailure?) {
    var address = mirror.address(of: file)
    for _ in 0...Self.redirects {
      switch try await receive(file, at: address, into: partial, progress) {
      case .complete(let fromBeginning): return (fromBeginning, nil)
      case .failed(let failure): return (false, failure)
      case .redirected(let target): address = target
      }
    }
    return (false, .redirect(to: address.absoluteString))
  }

  private func receive(
    _ file: RemoteFile, at address: URL, into partial: PartialFile, _ progress: (Int) -> Void
  ) async throws(FileError) -> Outcome {
    let transfer = Transfer(of: address, from: partial.count, timeout: timeout)
    defer { transfer.stop() }
    var begins = partial.count == 0
    var hasAnswered = false
    // The bytes since the last tick: a server that sends a few at a time would hold the download for ever.
    var arrived = 0
    for await event in transfer.events {
      switch event {
      case .head(let head):
        if let outcome = refusal(of: head, to: file, at: address, from: partial.count) { return outcome }
        if head.status == 200, partial.count > 0 {
          // The server does not support ranges and sends the whole file.
          try partial.restart()
          begins = true
        }
        hasAnswered = true
        arrived = leastArrival
      case .bytes(let bytes):
        guard bytes.count <= file.byteCount - partial.count else {
          try partial.restart()
          return .failed(.tooLong(expected: file.byteCount))
        }
        try partial.append(bytes)
        progress(partial.count)
        arrived += bytes.count
      case .tick:
        guard arrived >= leastArrival else { return .failed(.stalled(seconds: timeout)) }
        arrived = 0
      case .failed(let error) where error.code == .timedOut: return .failed(.stalled(seconds: timeout))
      case .failed(let error) where !hasAnswered:
        return .failed(.unreachable(reason: error.localizedDescription))
      case .failed, .end: break
      }
    }
    return partial.count == file.byteCount
      ? .complete(fromBeginning: begins)
      : .failed(.cut(received: partial.count, expected: file.byteCount))
  }

  /// The outcome of an answer that is not read any further, or nil if the file's bytes follow.
  private func refusal(
    of head: ResponseHead, to file: RemoteFile, at address: URL, from start: Int
  ) -> Outcome? {
    switch head.status {
    case 200:
      guard let length = head.length, length != file.byteCount else { return nil }
      return .failed(.wrongSize(announced: length, expected: file.byteCount))
    case 206:
      guard start > 0, let part = head.part, part.start == start else { return .failed(.wrongPart) }
      guard let total = part.total, total != file.byteCount else { return nil }
      return .failed(.wrongSize(announced: total, expected: file.byteCount))
    case 301, 302, 303, 307, 308:
      let location = head.location ?? ""
      return Mirror.redirect(from: address, to: location).map { .redirected(to: $0) }
        ?? .failed(.redirect(to: location))
    default: return .failed(.status(head.status))
    }
  }

  /// The failure of a received file with a wrong hash, or nil if the hash is right.
  private func check(_ file: RemoteFile, _ partial: PartialFile) throws(FileError) -> MirrorFailure? {
    let found = try partial.sha256()
    return found == file.sha256 ? nil : .wrongHash(found: found, expected: file.sha256)
  }
}
