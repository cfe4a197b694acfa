import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// One request and its answer, as a sequence of events.
///
/// Redirects are not followed but reported like any other answer: the caller decides.
struct Transfer {
  /// An event of a transfer.
  ///
  /// `tick` occurs at the end of every `timeout`; `end` or `failed` is the last event.
  enum Event: Sendable {
    case head(ResponseHead)
    case bytes(Data)
    case tick
    case end
    case failed(URLError)
  }

  let events: AsyncStream<Event>
  private let session: URLSession
  private let clock: Task<Void, any Error>

  /// Begins to get the file at an address, from byte `start` on; it fails after `timeout` seconds without a byte.
  init(of address: URL, from start: Int, timeout: Int) {
    let (events, continuation) = AsyncStream.makeStream(of: Event.self)
    let configuration = URLSessionConfiguration.ephemeral
    // The timeout is set here because that of a request has no effect on Linux.
    configuration.timeoutIntervalForRequest = Double(timeout)
    configuration.urlCache = nil
    configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
    configuration.httpCookieStorage = nil
    self.events = events
    session = URLSession(
      configuration: configuration, delegate: Reporter(continuation), delegateQueue: nil)
    var request = URLRequest(url: address)
    // The file is wanted as it is, not decompressed on the way.
    request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
    if start > 0 { request.setValue("bytes=\(start)-", forHTTPHeaderField: "Range") }
    session.dataTask(with: request).resume()
    clock = Task {
      while true {
        try await Task.sleep(for: .seconds(timeout))
        continuation.yield(.tick)
      }
    }
  }

  /// Ends the transfer, finished or not, and closes its connection.
  func stop() {
    clock.cancel()
    session.invalidateAndCancel()
  }
}

/// A delegate that turns the calls of a session into events.
private final class Reporter: NSObject, URLSessionDataDelegate {
  private let continuation: AsyncStream<Transfer.Event>.Continuation

  init(_ continuation: AsyncStream<Transfer.Event>.Continuation) { self.continuation = continuation }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
  ) {
    completionHandler(nil)
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    if let response = response as? HTTPURLResponse { continuation.yield(.head(ResponseHead(response))) }
    completionHandler(.allow)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    continuation.yield(.bytes(data))
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    continuation.yield(error.map { .failed($0 as? URLError ?? URLError(.unknown)) } ?? .end)
    continuation.finish()
  }
}

/// The status and the headers at the beginning of a server's answer.
struct ResponseHead: Sendable {
  /// The HTTP status.
  let status: Int
  /// The number of bytes that follow, if it was announced.
  let length: Int?
  /// The target of a redirect.
  let location: String?
  /// The first byte of the part that follows and the size of the whole, from `Content-Range`.
  let part: (start: Int, total: Int?)?

  init(_ response: HTTPURLResponse) {
    status = response.statusCode
    length = response.expectedContentLength >= 0 ? Int(response.expectedContentLength) : nil
    location = response.value(forHTTPHeaderField: "Location")
    part = response.value(forHTTPHeaderField: "Content-Range").flatMap(Self.part)
  }

  /// Parses `bytes 100-199/200`, where the size of the whole may be `*`.
  private static func part(_ header: String) -> (start: Int, total: Int?)? {
    guard let match = header.wholeMatch(of: /bytes\s+(\d+)-\d+\/(\d+|\*)/), let start = Int(match.1) else {
      return nil
    }
    return (start, Int(match.2))
  }
}
