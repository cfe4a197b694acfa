import ArgumentParser
import Classroom
import ExerciseKit

/// Prints the first hints of an exercise, one unless more are asked for.
struct HintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hint", abstract: "Prints the first hints of an exercise.")

  @OptionGroup var argument: ExerciseArgument

  @Option(help: "How many hints, 1 to 3.")
  var count = 1

  func validate() throws {
    let hints = try argument.exercise().hints
    guard (1...hints.count).contains(count) else {
      throw ValidationError("--count is 1 to \(hints.count); got \(count)")
    }
  }

  func run() throws {
    let exercise = try argument.exercise()
    print("\(exercise.id)  \(exercise.title)")
    for (index, hint) in exercise.hints.prefix(count).enumerated() {
      print(
        "\n\(index + 1). "
          + TerminalLayout.output.wrapped(hint, indent: 3).joined(separator: "\n").dropFirst(3))
    }
    if count < exercise.hints.count {
      print("\nMore: swift run qat hint \(exercise.id) --count \(count + 1)")
    }
  }
}

/// Shows the reference solution to a student whose answer is right, or who gives up.
struct SolutionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "solution", abstract: "Shows the reference solution, once yours is right.")

  @OptionGroup var argument: ExerciseArgument

  @Flag(help: "Show it though yours is not right.")
  var giveUp = false

  func run() throws {
    let (checker, exercise) = (try ExerciseChecker.here(), try argument.exercise())
    let solution = try checker.workspace.solution(of: exercise)
    if !giveUp {
      let assessments = try checker.assess([exercise])
      guard assessments[0].status == .right else {
        try checker.show(assessments)
        print("\nThe solution is shown once yours is right, or with --give-up.")
        throw ExitCode.failure
      }
    }
    print(solution, terminator: solution.hasSuffix("\n") ? "" : "\n")
  }
}
