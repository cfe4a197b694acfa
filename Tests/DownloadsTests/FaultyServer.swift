import Foundation
import Testing

/// A web server on this machine, on a free port, that answers as a test wants: rightly, or not.
///
/// It takes one connection after the other, on a thread of its own, one request each.
final class FaultyServer: Sendable {
  /// What a client asked for.
  struct Request: Hashable, Sendable {
    /// How many requests came before.
    let number: Int
    /// The path of the address.
    let path: String
    /// The first byte wanted, if a part was asked for.
    let start: Int?
    /// The compressions in which the answer may come.
    let encodings: String?
  }

  /// What the server does about it.
  struct Reply: Sendable {
    /// Status line and headers, without the empty line.
    var head: [String]
    /// What follows the empty line.
    var body: [UInt8] = []
    /// True if the connection is then kept without another byte until the client gives up.
    var hangs = false
    /// True if the body comes byte by byte, ten a second, until the client gives up.
    var drips = false
  }

  /// The address of the server's folder.
  let address: String
  private let listener: Int32
  private let requests: AsyncStream<Request>

  /// Starts a server that answers each request as the function says.
  init(answering reply: @escaping @Sendable (Request) -> Reply) throws {
    Self.bypassesProxies
    let (listener, port) = try Socket.listen()
    let (requests, log) = AsyncStream.makeStream(of: Request.self)
    (self.listener, self.requests) = (listener, requests)
    address = "http://127.0.0.1:\(port)/mnist/"
    Thread.detachNewThread {
      var number = 0
      while let connection = Socket.accept(listener) {
        if let request = FaultyServer.request(number, on: connection) {
          log.yield(request)
          number += 1
          FaultyServer.send(reply(request), on: connection)
        }
        Socket.close(connection)
      }
      Socket.close(listener)
      log.finish()
    }
  }

  /// Keeps transfers of this process to this machine from a proxy that the environment names.
  ///
  /// On Linux `URLSession` has no setting for that but the environment, which is left alone if it names none.
  private static let bypassesProxies: Void = {
    let names = ["http_proxy", "all_proxy", "ALL_PROXY"]
    if names.contains(where: { ProcessInfo.processInfo.environment[$0] != nil }) {
      setenv("no_proxy", "127.0.0.1", 1)
    }
  }()

  /// Stops the server and gives the requests that it got.
  func stop() async -> [Request] {
    Socket.shutDown(listener)
    var all: [Request] = []
    for await request in requests { all.append(request) }
    return all
  }

  private static func request(_ number: Int, on connection: Int32) -> Request? {
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
      number: number, path: String(line.1), start: range.flatMap { Int($0.1) },
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
  /// The whole of a file, or the part from `start` on; `cutAfter` bytes of it are sent if fewer.
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

  /// The same, but so slowly that nobody would wait for it.
  var dripping: Self {
    var reply = self
    reply.drips = true
    return reply
  }

  /// The same, but the connection stays open and silent.
  var hanging: Self {
    var reply = self
    reply.hangs = true
    return reply
  }
}
