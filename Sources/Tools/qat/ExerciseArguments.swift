import ArgumentParser
import ExerciseKit

/// The argument that names an exercise.
struct ExerciseArgument: ParsableArguments {
  @Argument(help: "The exercise, such as 01.1.", completion: .list(Exercise.all.map(\.id)))
  var id: String

  func validate() throws { _ = try exercise() }

  /// The exercise named.
  func exercise() throws -> Exercise { try Exercise.named(id) }
}

/// The arguments that name any number of exercises.
struct ExerciseArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The exercises, such as 01.1.", valueName: "exercise"),
    completion: .list(Exercise.all.map(\.id)))
  var ids: [String] = []

  func validate() throws { _ = try exercises() }

  /// The exercises named, in the order of the course.
  func exercises() throws -> [Exercise] {
    let named = try ids.map(Exercise.named)
    return Exercise.all.filter(named.contains)
  }
}

extension Exercise {
  /// The exercise with an id such as 01.1, which may also be written 1.1.
  static func named(_ id: String) throws -> Exercise {
    guard let exercise = all.first(where: { $0.id == id || $0.id == "0" + id }) else {
      let known = all.map(\.id).joined(separator: ", ")
      throw ValidationError("there is no exercise \(id); there are \(known)")
    }
    return exercise
  }
}
