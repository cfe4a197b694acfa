import ArgumentParser
import ExerciseKit

/// The classroom's command: lists exercises, checks answers, gives hints, downloads MNIST.
@main
struct Classroom: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "qat", abstract: "The classroom: exercises, checks, hints and data.",
    subcommands: [ListCommand.self, CheckCommand.self, HintCommand.self, DataCommand.self])
}

/// Names an exercise on the command line.
struct ExerciseArgument: ParsableArguments {
  @Argument(help: "The exercise, such as 01.1.")
  var id: String

  /// The exercise named.
  func exercise() throws -> Exercise {
    guard let exercise = Exercise.all.first(where: { $0.id == id }) else {
      let known = Exercise.all.map(\.id).joined(separator: ", ")
      throw ValidationError("there is no exercise \(id); there are \(known)")
    }
    return exercise
  }
}
