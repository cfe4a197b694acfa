import Foundation
import Support

/// Makes a mistake for real, and returns the message with which the program stops.
///
/// A mistake ends its process. So another process makes it: this lesson is run again, silently, up to this
/// line, where it runs `mistake` and stops. It repeats everything above the line, so a refusal belongs before a
/// lesson's long trainings. A mistake that does not stop the program ends the lesson with a message.
@MainActor
public func refusal(
  path: StaticString = #filePath, file: StaticString = #fileID, line: Int = #line,
  function: StaticString = #function, of mistake: () -> Void
) -> String {
  let location = SourceLocation(path, file, line, function)
  guard let lineOfMistake = RefusalProcess.line else { return RefusalProcess.message(stoppingAt: location) }
  if lineOfMistake == location.line {
    RefusalProcess.announce(location.line)
    mistake()
    endProcess()
  }
  return ""
}

/// A second run of a lesson, up to a mistake.
package enum RefusalProcess {
  private static let variable = "QAT_REFUSAL_AT_LINE"

  /// The line of the mistake that this process is to make; nil in an ordinary run.
  static let line = ProcessInfo.processInfo.environment[variable].flatMap { Int($0) }

  /// The outcome of a mistake.
  package enum Outcome: Hashable, Sendable {
    /// It was refused with this message.
    case refused(String)
    /// It did not stop the program.
    case accepted
    /// The program stopped before the mistake, with this last line.
    case stoppedBefore(String)
  }

  /// The message with which another process of this lesson stops at a location.
  static func message(stoppingAt location: SourceLocation) -> String {
    let executable = Bundle.main.executablePath ?? CommandLine.arguments[0]
    let problem: String
    do {
      switch try outcome(of: executable, Array(CommandLine.arguments.dropFirst()), stoppingAt: location.line)
      {
      case .refused(let message): return message
      case .accepted: problem = "nothing is refused here; give `refusal` a mistake that stops the program"
      case .stoppedBefore(let reason): problem = "the lesson stopped before this line: \(reason)"
      }
    } catch {
      problem = "the lesson could not be run again for a refusal: \(error)"
    }
    endProcess(failure: "line \(location.line): \(problem)")
  }

  /// Runs a program up to the mistake of a line.
  ///
  /// - Throws: an error of the system if it cannot be started.
  package static func outcome(
    of executable: String, _ arguments: [String], stoppingAt line: Int
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(filePath: executable)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(
      [variable: "\(line)", "SWIFT_BACKTRACE": "enable=no"], uniquingKeysWith: { $1 })
    let pipe = Pipe()
    process.standardError = pipe
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let errors = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return outcome(of: errors, stoppingAt: line)
  }

  /// The outcome of the mistake of a line, from everything that the program wrote to standard error.
  package static func outcome(of errors: String, stoppingAt line: Int) -> Outcome {
    let lines = errors.split(separator: "\n")
    guard let location = lines.firstIndex(where: { $0 == announcement(of: line) }) else {
      return .stoppedBefore(lines.last.map(String.init) ?? "it said nothing")
    }
    let messages = lines[location...].compactMap { line in
      line.firstRange(of: "Fatal error: ").map { String(line[$0.upperBound...]) }
    }
    return messages.first.map { .refused($0) } ?? .accepted
  }

  /// Writes to standard error that the lines that follow belong to the mistake.
  static func announce(_ line: Int) { StandardStream.error.write("\n" + announcement(of: line) + "\n") }

  private static func announcement(of line: Int) -> String { "The mistake of line \(line):" }
}
