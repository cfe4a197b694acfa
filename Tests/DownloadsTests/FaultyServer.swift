import Foundation
import Testing

/// A web server on a free port of this machine that answers, rightly or wrongly, as a test wants.
///
/// Its thread accepts one connection after the other, with one request each.
final class FaultyServer: Sendable {
  /// A request of a client.
  struct Request: Hashable, Sendable {
    /// The number of requests before this one.
    let index: Int
    /// The path of the address.
    let path: String
    /// The first byte of the requested range, if there is one.
    let start: Int?
    /// The encodings that the client accepts.
    let encodings: String?
  }

  /// The answer to a request.
  struct Reply: Sendable {
    /// Status line and headers, without the empty line.
    var head: [String]
    /// The bytes after the empty line.
    var body: [UInt8] = []
    /// True if the connection then stays open and silent until the client gives up.
    var hangs = false
    /// True if the body is sent byte by byte, ten a second, until the client gives up.
    var drips = false
  }

  /// The address of the server's folder.
  let address: String
  private let listener: Int32
  private let requests: AsyncStream<Request>

  /// Starts a server that answers each request by `reply`.
  init(answering reply: @escaping @Sendable (Request) -> Reply) throws {
    Self.bypassesProxies
    let (listener, port) = try Socket.listen()
    let (requests, log) = AsyncStream.makeStream(of: Request.self)
    (self.listener, self.requests) = (listener, requests)
    address = "http://127.0.0.1:\(port)/mnist/"
    Thread.detachNewThread {
      var index = 0
      while let connection = Socket.accept(listener) {
        if let request = FaultyServer.request(index, on: connection) {
          log.yield(request)
          index += 1
          FaultyServer.send(reply(request), on: connection)
        }
        Socket.close(connection)
      }
      Socket.close(listener)
      log.finish()
    }
  }

  /// Keeps this process from using a proxy of the environment for transfers on this machine.
  ///
  /// On Linux only the environment sets this for `URLSession`; it is left alone if it names no proxy.
  private static let bypassesProxies: Void = {
    let names = ["http_proxy", "all_proxy", "ALL_PROXY"]
    if names.contains(where: { ProcessInfo.processInfo.environment[$0] != nil }) {
      setenv("no_proxy", "127.0.0.1", 1)
    }
  }()

  /// Stops the server and returns the requests that it received.
  func stop() async -> [Request] {
    Socket.shutDown(listener)
    var all: [Request] = []
    for await request in requests { all.append(request) }
    return all
  }

  private static func request(_ index: Int, on connection: Int32) -> Request? {
    var head = ""
    while !head.contains("\r\n\r\n") {
      let bytes = Socket.receive(connection)
      if bytes.isEmpty { return nil }
      head += String(decoding: bytes, as: UTF8.self)
    }
    guard let line = head.firstMatch(of: /^GET (\S+) HTTP/) else { return nil }
    let range = head.firstMatch(of: /\r\n[Rr]ange: bytes=(\d+)-\r\n/)
    let encodings = head.firstMatch(of: /\r\n[Aa]ccept-[Ee]ncoding: (.*)\r\n/)
    return Request(
      index: index, path: String(line.1), start: range.flatMap { Int($0.1) },
      encodings: encodings.map { String($0.1) })
  }

  private static func send(_ reply: Reply, on connection: Int32) {
    let lines = reply.head.isEmpty ? [] : reply.head + ["Connection: close", "", ""]
    let head = Array(lines.joined(separator: "\r\n").utf8)
    guard !reply.drips else {
      Socket.send(head, on: connection)
      for byte in reply.body {
        Socket.send([byte], on: connection)
        if Socket.isClosed(connection, within: 100) { return }
      }
      return
    }
    Socket.send(head + reply.body, on: connection)
    if reply.hangs { while !Socket.receive(connection).isEmpty {} }
  }
}

extension FaultyServer.Reply {
  /// The whole of a file, or the part from `start` on, of which at most `cutAfter` bytes are sent.
  static func file(_ bytes: [UInt8], from start: Int? = nil, cutAfter count: Int = .max) -> Self {
    let part = bytes[(start ?? 0)...]
    let head =
      start.map {
        ["HTTP/1.1 206 Partial Content", "Content-Range: bytes \($0)-\(bytes.count - 1)/\(bytes.count)"]
      }
      ?? ["HTTP/1.1 200 OK"]
    return Self(head: head + ["Content-Length: \(part.count)"], body: Array(part.prefix(count)))
  }

  /// An answer without a file.
  static func status(_ line: String, headers: [String] = []) -> Self {
    Self(head: ["HTTP/1.1 \(line)"] + headers + ["Content-Length: 0"])
  }

  /// The same answer, sent so slowly that nobody would wait for it.
  var dripping: Self {
    var reply = self
    reply.drips = true
    return reply
  }

  /// The same answer, after which the connection stays open and silent.
  var hanging: Self {
    var reply = self
    reply.hangs = true
    return reply
  }
}
