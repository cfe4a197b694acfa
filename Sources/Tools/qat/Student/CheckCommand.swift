import ArgumentParser
import Classroom
import ExerciseKit
import Foundation
import Support

/// Checks a student's answers: builds the examiner, which links the answers, and asks it about them.
///
/// An answer that does not compile stops only the build of the examiner. Hints and lists still work, because this
/// program links no answers.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Checks your answers: those named, or all that you have begun.")

  @OptionGroup var arguments: ExerciseArguments

  func run() throws {
    let checker = try ExerciseChecker.here()
    var exercises = try arguments.exercises()
    if exercises.isEmpty {
      exercises = try Exercise.all.filter { try checker.workspace.assessment(of: $0)?.status != .notBegun }
    }
    guard !exercises.isEmpty else {
      return print("Nothing is begun yet. The first exercise is in \(Workspace.path(of: Exercise.all[0])).")
    }
    let assessments = try checker.assess(exercises)
    try checker.show(assessments)
    guard assessments.allSatisfy({ $0.status == .right }) else { throw ExitCode.failure }
  }
}

extension ExerciseChecker {
  /// A checker of the workspace that contains the current folder.
  static func here() throws -> ExerciseChecker {
    ExerciseChecker(try Workspace(), executable: Bundle.main.executablePath ?? CommandLine.arguments[0]) {
      StandardStream.error.write("Another qat checks here at the moment; waiting for it.\n")
    }
  }

  /// Prints assessments for a student, with an empty line after each that takes more than one line.
  func show(_ assessments: [Assessment]) throws {
    for assessment in assessments {
      let report = TerminalLayout.output.report(assessment, picture: try draw(assessment))
      print(report + (report.contains("\n") && assessments.count > 1 ? "\n" : ""))
    }
  }
}
