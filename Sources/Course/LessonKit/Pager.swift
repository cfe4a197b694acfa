import Foundation
import Platform
import Support

/// Shows what a lesson writes in the reader's pager.
///
/// The lesson runs a second time, as a child of this process, beside the pager: so this process outlives Ctrl-C and
/// gives the terminal back only when the pager is done with it. It ends as the lesson does.
enum Pager {
  /// Tells the lesson that a pager shows what it writes, how wide that is, and whether in colour.
  private static let variable = "QAT_PAGED_TERMINAL"

  /// The terminal behind the pager; nil in a process whose output no pager reads.
  static var terminal: Terminal? {
    let words = (ProcessInfo.processInfo.environment[variable] ?? "").split(separator: " ")
    guard words.count == 2, let columns = Int(words[0]) else { return nil }
    return Terminal(columns: columns, isColored: words[1] == "color")
  }

  /// Runs this lesson and the pager, and ends this process as the lesson ended.
  ///
  /// It returns at once in the lesson that it started, and where standard output is no terminal.
  static func takeOver(color: LessonOptions.Color) {
    guard terminal == nil, StandardStream.output.isTerminal else { return }
    let paged = Terminal.standardOutput(color: color)
    var environment = ProcessInfo.processInfo.environment
    let pager = environment["PAGER"].flatMap { $0.isEmpty ? nil : $0 } ?? "less -R"
    // As with git: a pager that is less keeps colours, unless the reader has told it otherwise.
    if environment["LESS"] == nil { environment["LESS"] = "R" }
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else {
      endProcess(failure: "--pager: no pipe (\(String(cString: strerror(errno))))")
    }
    let (reading, writing) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    signal(SIGINT) { _ in }  // the lesson ends by it, and the pager as it likes; this process waits for both
    let shell = child("/bin/sh", ["sh", "-c", pager], environment, streams: [STDIN_FILENO: reading])
    environment[variable] = "\(paged.columns) \(paged.isColored ? "color" : "plain")"
    var streams = [STDOUT_FILENO: writing]
    if StandardStream.error.isTerminal { streams[STDERR_FILENO] = writing }
    let executable = Bundle.main.executablePath ?? CommandLine.arguments[0]
    let lesson = child(executable, CommandLine.arguments, environment, streams: streams)
    close(reading)
    close(writing)
    let pagerEnd = end(of: shell)
    // The reader may have left before the lesson was done; a lesson that is ending anyway keeps its exit code.
    var status: Int32 = 0
    if waitpid(lesson, &status, WNOHANG) == 0 {
      kill(lesson, SIGPIPE)
      status = end(of: lesson)
    }
    let code = status >> 8 & 255
    if code == 0, pagerEnd >> 8 & 255 == 126 || pagerEnd >> 8 & 255 == 127 {
      endProcess(failure: "--pager: `\(pager)` cannot be run; install it, or name another in PAGER")
    }
    let signalNumber = status & 127
    if signalNumber == 0 { exit(code) }
    if signalNumber == SIGPIPE { exit(0) }  // the reader left
    signal(signalNumber, SIG_DFL)
    raise(signalNumber)
    exit(128 + signalNumber)
  }

  /// Starts a program in this process's group, with some of its standard streams replaced.
  private static func child(
    _ executable: String, _ arguments: [String], _ environment: [String: String], streams: [Int32: Int32]
  ) -> pid_t {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (stream, end) in streams { posix_spawn_file_actions_adddup2(&actions, end, stream) }
    var words = arguments.map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in words + variables { free(text) } }
    var process = pid_t()
    let error = posix_spawn(&process, executable, &actions, nil, &words, &variables)
    if error != 0 {
      endProcess(failure: "--pager: \(executable) cannot be started (\(String(cString: strerror(error))))")
    }
    return process
  }

  /// The status with which a child ended, once it has.
  private static func end(of process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) == -1, errno == EINTR {}
    return status
  }
}
