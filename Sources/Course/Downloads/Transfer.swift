import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// One request and its answer, as events in order.
///
/// Redirects are not followed but reported like any other answer: whoever asks decides.
struct Transfer {
  /// What happens in the course of a transfer.
  ///
  /// `tick` comes at the end of every `timeout`; `end` or `failed` is the last.
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

  /// Begins to get what lies at an address, from a byte on; it fails after `timeout` seconds without a byte.
  init(of address: URL, from start: Int, timeout: Int) {
    let (events, continuation) = AsyncStream.makeStream(of: Event.self)
    let configuration = URLSessionConfiguration.ephemeral
    // Here and not in the request, whose own timeout has no effect on Linux.
    configuration.timeoutIntervalForRequest = Double(timeout)
    configuration.urlCache = nil
    configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
    configuration.httpCookieStorage = nil
    self.events = events
    session = URLSession(
      configuration: configuration, delegate: Reporter(continuation), delegateQueue: nil)
    var request = URLRequest(url: address)
    // The file itself is wanted: nothing unpacked on the way.
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

  /// Ends the transfer, finished or not, and lets go of its connection.
  func stop() {
    clock.cancel()
    session.invalidateAndCancel()
  }
}

/// Turns the calls that a session makes into events.
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
