import ArgumentParser
import ExerciseKit
import Foundation

/// Checks a student's answer by running its tests.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Checks your answer to an exercise.")

  @OptionGroup var argument: ExerciseArgument

  func run() throws {
    let exercise = try argument.exercise()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["swift", "test", "--filter", "\(exercise.typeName)Tests"]
    try process.run()
    process.waitUntilExit()
    if process.terminationStatus != 0 { throw ExitCode.failure }
  }
}
