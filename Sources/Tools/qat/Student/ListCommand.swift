import ArgumentParser
import Classroom
import ExerciseKit

/// Lists the exercises and which of them were begun.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the exercises and which you have begun; runs nothing.")

  func run() throws {
    let (workspace, page) = (try Workspace(), Page.output)
    for exercise in Exercise.all {
      let isBegun = try workspace.standing(of: exercise) != .notBegun
      print(page.heading(exercise, isBegun ? .begun : .notBegun))
    }
    print("○ not begun, ◐ begun: swift run qat check says which are right")
  }
}
