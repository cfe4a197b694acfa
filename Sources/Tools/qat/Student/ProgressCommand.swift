import ArgumentParser
import Classroom
import ExerciseKit

/// Says how far the student has come.
struct ProgressCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "progress", abstract: "Checks all you have begun and says how far you have come.",
    discussion: "It is worked out anew each time; nothing is stored.")

  func run() throws {
    let assessments = try ExerciseChecker.here().assess(Exercise.all)
    for line in Progress(assessments).lines(on: .output) { print(line) }
  }
}
