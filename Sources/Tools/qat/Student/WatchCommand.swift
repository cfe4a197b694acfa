import ArgumentParser
import Classroom
import ExerciseKit
import Foundation

/// Checks an exercise each time it is saved, until Ctrl-C.
struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Checks an exercise each time you save it, until Ctrl-C.",
    discussion: "Exercises that are named are checked once at the beginning.")

  @OptionGroup var arguments: ExerciseArguments

  func run() throws {
    let (checker, named) = (try ExerciseChecker.here(), try arguments.exercises())
    let watched = named.isEmpty ? Exercise.all : named
    var watcher = Watcher(watched, in: checker.workspace)
    say(
      "Watching \(named.isEmpty ? Workspace.exercises : named.map(\.id).joined(separator: ", ")). Ctrl-C ends it."
    )
    try check(named, with: checker)
    while true {
      try check(watcher.saved(), with: checker)
      Thread.sleep(forTimeInterval: 0.25)
    }
  }

  private func check(_ exercises: [Exercise], with checker: ExerciseChecker) throws {
    if exercises.isEmpty { return }
    say("\n── \(exercises.map(\.id).joined(separator: ", ")) " + String(repeating: "─", count: 40))
    // An error, such as a file that is just being written, does not end the watch.
    do { try checker.show(try checker.assess(exercises)) } catch { say("\(error)") }
    fflush(nil)
  }

  /// Prints a line, at once even to a pipe.
  private func say(_ line: String) {
    print(line)
    fflush(nil)
  }
}
