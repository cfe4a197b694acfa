import Foundation

/// Makes a mistake for real, and returns what the program says as it stops.
///
/// Whoever makes the mistake is ended by it. So another process makes it: this lesson again, silent, which
/// comes to this line, runs `mistake` and stops. It repeats all that stands above, so a refusal belongs before
/// a lesson's long trainings. A mistake that does not stop the program ends the lesson with a message.
@MainActor
public func refusal(
  path: StaticString = #filePath, file: StaticString = #fileID, line: Int = #line,
  function: StaticString = #function, of mistake: () -> Void
) -> String {
  let place = Place(path, file, line, function)
  guard let rehearsed = Rehearsal.line else { return Rehearsal.message(stoppingAt: place) }
  if rehearsed == place.line {
    mistake()
    endProcess()
  }
  return ""
}

/// A lesson that is run again, up to a mistake.
package enum Rehearsal {
  private static let variable = "QAT_REFUSAL_AT_LINE"

  /// The line of the mistake this process is to make; nil in a lesson that is told.
  static let line = ProcessInfo.processInfo.environment[variable].flatMap { Int($0) }

  /// What another process of this lesson says when it stops at a place.
  static func message(stoppingAt place: Place) -> String {
    let process = Process()
    process.executableURL = Bundle.main.executableURL
    process.arguments = Array(CommandLine.arguments.dropFirst())
    process.environment = ProcessInfo.processInfo.environment.merging(
      [variable: "\(place.line)", "SWIFT_BACKTRACE": "enable=no"], uniquingKeysWith: { $1 })
    let pipe = Pipe()
    process.standardError = pipe
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      endProcess(failure: "line \(place.line): the lesson could not be run again for a refusal: \(error)")
    }
    let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    if let message = message(in: said) { return message }
    endProcess(
      failure: "line \(place.line): nothing is refused here; give `refusal` a mistake that stops the program")
  }

  /// The message of the program that stopped, out of all it wrote to standard error.
  package static func message(in said: String) -> String? {
    let lines = said.split(separator: "\n")
    return lines.compactMap { line in
      line.firstRange(of: "Fatal error: ").map { String(line[$0.upperBound...]) }
    }.first
  }
}
