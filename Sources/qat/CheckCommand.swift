import ArgumentParser
import ExerciseKit
import Foundation

/// Checks a student's answer: builds the examiner, which holds the answers, and runs it.
///
/// An answer that does not compile stops the examiner's build, with the compiler's message on the student's
/// line; hints and lists are still to be had, because this command holds no answers.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Checks your answer to an exercise.")

  @OptionGroup var argument: ExerciseArgument

  func run() throws {
    let exercise = try argument.exercise()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["swift", "run", "--quiet", "examiner", exercise.id]
    try process.run()
    process.waitUntilExit()
    if process.terminationStatus != 0 { throw ExitCode.failure }
  }
}
