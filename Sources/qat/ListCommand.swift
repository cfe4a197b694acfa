import ArgumentParser
import ExerciseKit
import Support

/// Lists the exercises and which of them were begun.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the exercises: ○ not begun, ◐ begun.")

  func run() throws {
    for exercise in Exercise.all {
      let text = try AtomicFile.read("Lessons/Exercises/\(exercise.typeName).swift", limit: 1 << 20)
      let isBegun = !exercise.isUnsolved(in: String(decoding: text, as: UTF8.self))
      print("\(isBegun ? "◐" : "○") \(exercise.id)  \(exercise.title)")
    }
  }
}
