import ArgumentParser
import Classroom

/// Puts an exercise's stub back.
struct ResetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset", abstract: "Puts an exercise's stub back and keeps what you wrote.",
    discussion: "Your attempt is kept in output/attempts under a name of its own; nothing is ever lost.")

  @OptionGroup var argument: ExerciseArgument

  func run() throws {
    let (workspace, exercise) = (try Workspace(), try argument.exercise())
    guard let kept = try workspace.reset(exercise) else {
      return print("\(Workspace.path(of: exercise)) is the stub already.")
    }
    print("\(Workspace.path(of: exercise)) is the stub again. What you wrote is in \(kept).")
  }
}
