import ArgumentParser
import Classroom

/// Shows the reference solution to those who have one of their own.
struct SolutionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "solution", abstract: "Shows the reference solution, once yours is right.")

  @OptionGroup var argument: ExerciseArgument

  @Flag(help: "Show it though yours is not right.")
  var giveUp = false

  func run() throws {
    let (desk, exercise) = (try ExerciseChecker.here(), try argument.exercise())
    let solution = try desk.workspace.solution(of: exercise)
    if !giveUp {
      let assessments = try desk.assess([exercise])
      guard assessments[0].status == .right else {
        try desk.show(assessments)
        print("\nThe solution is shown once yours is right, or with --give-up.")
        throw ExitCode.failure
      }
    }
    print(solution, terminator: solution.hasSuffix("\n") ? "" : "\n")
  }
}
