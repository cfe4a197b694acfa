import Foundation
import Platform
import Site
import Support

/// The pipes of a browser: messages of the DevTools protocol, in JSON, each with a zero byte behind it.
///
/// The browser reads from its descriptor 3 and writes to its descriptor 4. It ends when the pipes close, and so with
/// this process at the latest.
final class BrowserPipe {
  private let input: Int32
  private let output: Int32
  private let process: pid_t
  private var received: [UInt8] = []
  /// How far `received` has been searched for a zero byte.
  private var searched = 0

  /// Starts a browser.
  ///
  /// - Parameters:
  ///   - path: The path of Chromium.
  ///   - profile: An empty folder for what it keeps.
  /// - Throws: `FileError` if it cannot be started.
  init(_ path: String, profile: String) throws {
    let requests = try Self.pipe()
    let answers = try Self.pipe()
    let arguments =
      Tool.chromiumForRoot + [
        "--headless", "--remote-debugging-pipe", "--user-data-dir=\(profile)", "--disable-gpu",
        "--no-first-run", "--hide-scrollbars", "--mute-audio", "--disable-extensions", "--disable-sync",
        "--disable-background-networking", "--disable-component-update", "--force-color-profile=srgb",
      ]
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, requests.read, 3)
    posix_spawn_file_actions_adddup2(&actions, answers.write, 4)
    for descriptor: Int32 in [0, 1, 2] {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
    }
    var started = pid_t()
    let pointers = ([path] + arguments as [String?] + [nil]).map { $0.flatMap { strdup($0) } }
    defer { for pointer in pointers { free(pointer) } }
    let code = posix_spawn(&started, path, &actions, nil, pointers, environ)
    close(requests.read)
    close(answers.write)
    guard code == 0 else { throw FileError("start", path, code: code) }
    (input, output, process) = (requests.write, answers.read, started)
  }

  deinit {
    close(input)
    close(output)
    waitpid(process, nil, 0)
  }

  /// A pipe whose ends are above the descriptors that the browser gets, and closed in other processes.
  private static func pipe() throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    guard Platform.pipe(&ends) == 0 else { throw FileError("make", "a pipe") }
    defer { for end in ends { close(end) } }
    let high = ends.map { fcntl($0, F_DUPFD_CLOEXEC, 16) }
    guard high.allSatisfy({ $0 >= 0 }) else { throw FileError("make", "a pipe") }
    return (high[0], high[1])
  }

  /// Sends a message.
  ///
  /// - Throws: `FileError` if the browser has ended.
  func send(_ message: some Collection<UInt8>) throws {
    let bytes = Array(message) + [0]
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        write(input, $0.baseAddress?.advanced(by: sent), bytes.count - sent)
      }
      guard count > 0 else { throw FileError("write to", "the browser") }
      sent += count
    }
  }

  /// The next message.
  ///
  /// - Throws: ``BrowserError`` if the browser has ended, or says nothing for half a minute.
  func receive() throws -> [UInt8] {
    while true {
      if let end = received[searched...].firstIndex(of: 0) {
        let message = Array(received[..<end])
        received.removeFirst(end + 1)
        searched = 0
        return message
      }
      searched = received.count
      var wait = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      guard poll(&wait, 1, 30_000) == 1 else { throw BrowserError("the browser says nothing") }
      var chunk = [UInt8](repeating: 0, count: 1 << 16)
      let count = read(output, &chunk, chunk.count)
      guard count > 0 else { throw BrowserError("the browser has ended") }
      received += chunk[..<count]
    }
  }
}

/// What a browser did not do.
struct BrowserError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
