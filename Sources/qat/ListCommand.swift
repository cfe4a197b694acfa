import ArgumentParser
import ExerciseKit
import Support

/// Lists the exercises and which of them were begun.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the exercises: ○ not begun, ◐ begun.")

  func run() throws {
    for exercise in Exercise.all {
      let path = "Lessons/Exercises/\(exercise.typeName).swift"
      guard let text = try? AtomicFile.read(path, limit: 1 << 20) else {
        throw ValidationError("there is no \(path) here; run qat in the folder of the checkout")
      }
      let isBegun = !exercise.isUnsolved(in: String(decoding: text, as: UTF8.self))
      print("\(isBegun ? "◐" : "○") \(exercise.id)  \(exercise.title)")
    }
    print("○ not begun, ◐ begun: swift run qat check <exercise> says if it is right")
  }
}
