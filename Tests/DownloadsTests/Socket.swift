import Platform

/// The POSIX calls that a server on this machine needs.
enum Socket {
  /// The system could not open a port.
  struct Failure: Error {
    let code: Int32
  }

  /// Listens on a free port of the loopback address.
  static func listen() throws -> (descriptor: Int32, port: Int) {
    let descriptor = socket(AF_INET, stream, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status: Int32 = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        guard bind(descriptor, generic, length) == 0, systemListen(descriptor, 8) == 0 else {
          return Int32(-1)
        }
        return getsockname(descriptor, generic, &length)
      }
    }
    guard descriptor >= 0, status == 0 else { throw Failure(code: errno) }
    return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
  }

  /// The next connection, or nil when the listener was shut down.
  static func accept(_ listener: Int32) -> Int32? {
    while true {
      let connection = systemAccept(listener)
      if connection >= 0 { return connection }
      if errno != EINTR && errno != ECONNABORTED { return nil }
    }
  }

  /// Bytes that the client sent; none if it closed the connection.
  static func receive(_ connection: Int32) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 1 << 12)
    while true {
      let count = recv(connection, &buffer, buffer.count, 0)
      if count < 0, errno == EINTR { continue }
      return Array(buffer.prefix(max(count, 0)))
    }
  }

  /// Sends bytes until all are sent or the client hangs up.
  static func send(_ bytes: [UInt8], on connection: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { systemSend(connection, $0) }
      if count > 0 { rest = rest.dropFirst(count) }
      if count <= 0 && errno != EINTR { return }
    }
  }

  /// Whether the client closes the connection within this time.
  static func isClosed(_ connection: Int32, within milliseconds: Int32) -> Bool {
    var state = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
    return poll(&state, 1, milliseconds) > 0 && receive(connection).isEmpty
  }

  /// Ends waiting for connections.
  static func shutDown(_ listener: Int32) { _ = shutdown(listener, Int32(SHUT_RDWR)) }

  /// Closes a descriptor.
  static func close(_ descriptor: Int32) { systemClose(descriptor) }
}

// At file level, where the names are the system's.

#if canImport(Glibc)
  private let stream = Int32(SOCK_STREAM.rawValue)
#else
  private let stream = SOCK_STREAM
#endif

private func systemListen(_ descriptor: Int32, _ waiting: Int32) -> Int32 { listen(descriptor, waiting) }

private func systemAccept(_ listener: Int32) -> Int32 { accept(listener, nil, nil) }

private func systemClose(_ descriptor: Int32) { _ = close(descriptor) }

/// Sends without the signal that would end the process when the client has hung up.
private func systemSend(_ connection: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  #if canImport(Darwin)
    var on: Int32 = 1
    setsockopt(connection, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
    return send(connection, bytes.baseAddress, bytes.count, 0)
  #else
    return send(connection, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
  #endif
}
