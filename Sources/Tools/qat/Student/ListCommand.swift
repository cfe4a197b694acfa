import ArgumentParser
import Classroom
import ExerciseKit

/// Lists the exercises, and shows which were begun.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the exercises and which you have begun; runs nothing.")

  func run() throws {
    let (workspace, layout) = (try Workspace(), TerminalLayout.output)
    for exercise in Exercise.all {
      let status = try workspace.assessment(of: exercise)?.status ?? .begun
      print(layout.heading(exercise, status, note: status.isAboutFile ? status.rawValue : ""))
    }
    print("○ not begun, ◐ begun: swift run qat check says which are right")
  }
}

/// Prints how far the student has come.
struct ProgressCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "progress", abstract: "Checks all you have begun and says how far you have come.",
    discussion: "It is worked out anew each time; nothing is stored.")

  func run() throws {
    let assessments = try ExerciseChecker.here().assess(Exercise.all)
    for line in Progress(assessments).lines(on: .output) { print(line) }
  }
}

/// Puts an exercise's stub back, and keeps the answer.
struct ResetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset", abstract: "Puts an exercise's stub back and keeps what you wrote.",
    discussion: "Your attempt is kept in output/attempts under a name of its own; nothing is ever lost.")

  @OptionGroup var argument: ExerciseArgument

  func run() throws {
    let (workspace, exercise) = (try Workspace(), try argument.exercise())
    let path = Workspace.path(of: exercise)
    switch try workspace.reset(exercise) {
    case .wasStub: print("\(path) is the stub already.")
    case .wasMissing: print("\(path) was missing and is the stub again.")
    case .kept(let kept): print("\(path) is the stub again. What you wrote is in \(kept).")
    }
  }
}
