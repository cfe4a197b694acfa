import ArgumentParser
import Classroom
import ExerciseKit

/// Checks a student's answers: builds the examiner, which holds the answers, and runs it for each.
///
/// An answer that does not compile stops the examiner's build alone; hints and lists are still to be had, because
/// this command holds no answers.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Checks your answers: those named, or all that you have begun.")

  @OptionGroup var arguments: ExerciseArguments

  func run() throws {
    let desk = try ExerciseChecker.here()
    var exercises = try arguments.exercises()
    if exercises.isEmpty {
      exercises = try Exercise.all.filter { try desk.workspace.status(of: $0) != .notBegun }
    }
    guard !exercises.isEmpty else {
      return print("Nothing is begun yet. The first exercise is in \(Workspace.path(of: Exercise.all[0])).")
    }
    let assessments = try desk.assess(exercises)
    try desk.show(assessments)
    guard assessments.allSatisfy({ $0.status == .right }) else { throw ExitCode.failure }
  }
}
