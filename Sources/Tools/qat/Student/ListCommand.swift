import ArgumentParser
import Classroom
import ExerciseKit

/// Lists the exercises and which of them were begun.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the exercises and which you have begun; runs nothing.")

  func run() throws {
    let (workspace, layout) = (try Workspace(), TerminalLayout.output)
    for exercise in Exercise.all {
      let isBegun = try workspace.status(of: exercise) != .notBegun
      print(layout.heading(exercise, isBegun ? .begun : .notBegun))
    }
    print("○ not begun, ◐ begun: swift run qat check says which are right")
  }
}
