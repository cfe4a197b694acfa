import ArgumentParser
import Classroom
import ExerciseKit

/// Prints hints of an exercise, one more each time it is asked for.
struct HintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hint", abstract: "Prints the first hints of an exercise.")

  @OptionGroup var argument: ExerciseArgument

  @Option(help: "How many hints, 1 to 3.")
  var count = 1

  func run() throws {
    let exercise = try argument.exercise()
    guard (1...exercise.hints.count).contains(count) else {
      throw ValidationError("--count is 1 to \(exercise.hints.count); got \(count)")
    }
    print("\(exercise.id)  \(exercise.title)")
    for (number, hint) in exercise.hints.prefix(count).enumerated() {
      print(
        "\n\(number + 1). "
          + TerminalLayout.output.wrapped(hint, indent: 3).joined(separator: "\n").dropFirst(3))
    }
    if count < exercise.hints.count {
      print("\nMore: swift run qat hint \(exercise.id) --count \(count + 1)")
    }
  }
}
