import Foundation
import Support

extension Downloader {
  /// What an answer came to.
  private enum Outcome {
    case complete(fromBeginning: Bool)
    case redirected(to: URL)
    case failed(MirrorFailure)
  }

  /// Asks a mirror once for what is missing and adds it to the file, following redirects.
  ///
  /// Says whether the answer began with the file's first byte, and what went wrong, if anything did.
  func receive(
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
    // What came since the last tick: a server that only drips would hold the download for ever.
    var arrived = 0
    for await event in transfer.events {
      switch event {
      case .head(let head):
        if let outcome = refusal(of: head, to: file, at: address, from: partial.count) { return outcome }
        if head.status == 200, partial.count > 0 {
          // The server knows nothing of parts and sends the whole.
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

  /// Why an answer is not read any further, or nil if the file's bytes follow.
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

  /// Nil if the file that has been received is the one wanted.
  func check(_ file: RemoteFile, _ partial: PartialFile) throws(FileError) -> MirrorFailure? {
    let found = try partial.sha256()
    return found == file.sha256 ? nil : .wrongHash(found: found, expected: file.sha256)
  }
}
