import Foundation
import TestSupport
import Weaver

/// A terminal of 80 columns in which a lesson runs.
struct PseudoTerminal {
  /// What the terminal showed, with plain ends of lines and without what was typed.
  let output: String
  let status: Int32
  let wasInterrupted: Bool

  /// The lines of the output.
  var lines: [Substring] { output.split(separator: "\n", omittingEmptySubsequences: false) }

  /// Runs a lesson in a new terminal; each time that it shows `prompt`, the next of `typed` is typed, and Enter
  /// alone behind the last.
  ///
  /// - Parameters:
  ///   - lesson: The lesson, such as `lesson-01`.
  ///   - arguments: Its arguments; figures go to a temporary folder.
  ///   - environment: Variables that it gets beside those of this process.
  ///   - prompt: What the lesson asks with.
  ///   - typed: What is typed, without the end of its line; nil presses Ctrl-C.
  /// - Throws: An error of the system if there is no terminal to be had, or the lesson cannot be started.
  init(
    _ lesson: String, _ arguments: [String], environment: [String: String] = [:], prompt: String = "",
    typed: [String?] = []
  ) throws {
    let (controller, name) = try Self.open()
    let line = Foundation.open(name, O_RDWR | O_NOCTTY)
    guard line >= 0 else { throw POSIXError(.ENODEV) }
    var size = winsize(ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(line, UInt(TIOCSWINSZ), &size)
    let folder = try TemporaryFolder()
    let process = Process()
    process.executableURL = URL(filePath: Executables.builtWithTests.folder + "/" + lesson)
    process.arguments = arguments + ["--profile", "smoke", "--out", folder.path]
    process.environment = ProcessInfo.processInfo.environment
      .merging(["TERM": "xterm", "NO_COLOR": ""]) { $1 }.merging(environment) { $1 }
    let terminal = FileHandle(fileDescriptor: line, closeOnDealloc: true)
    (process.standardInput, process.standardOutput, process.standardError) = (terminal, terminal, terminal)
    try process.run()
    try terminal.close()
    var shown: [UInt8] = []
    var (left, prompts) = (typed[...], 0)
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(controller, &bytes, bytes.count)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { break }  // Linux reports an error when the last process has closed the terminal
      shown += bytes.prefix(count)
      let asked = prompt.isEmpty ? 0 : String(decoding: shown, as: UTF8.self).ranges(of: prompt).count
      while prompts < asked {
        prompts += 1
        let next = left.isEmpty ? "" : left.removeFirst()
        if let next {
          let bytes = Array("\(next)\n".utf8)
          _ = write(controller, bytes, bytes.count)
        } else {
          process.interrupt()
        }
      }
    }
    close(controller)
    process.waitUntilExit()
    output = String(decoding: shown, as: UTF8.self).replacing("\r\n", with: "\n")
    (status, wasInterrupted) = (process.terminationStatus, process.terminationReason == .uncaughtSignal)
  }

  /// A new terminal: the end that controls it, and the path of the other end.
  private static func open() throws -> (controller: Int32, name: String) {
    #if os(Linux)
      // Swift sees neither posix_openpt nor what it stands for: TIOCSPTLCK unlocks the other end, TIOCGPTN numbers it.
      let controller = Foundation.open("/dev/ptmx", O_RDWR | O_NOCTTY)
      var (isLocked, number): (Int32, Int32) = (0, 0)
      guard controller >= 0, ioctl(controller, 0x4004_5431, &isLocked) == 0,
        ioctl(controller, 0x8004_5430, &number) == 0
      else { throw POSIXError(.ENODEV) }
      return (controller, "/dev/pts/\(number)")
    #else
      let controller = posix_openpt(O_RDWR | O_NOCTTY)
      guard controller >= 0, grantpt(controller) == 0, unlockpt(controller) == 0,
        let name = ptsname(controller)
      else { throw POSIXError(.ENODEV) }
      return (controller, String(cString: name))
    #endif
  }
}
