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
    let (desk, named) = (try ExerciseChecker.here(), try arguments.exercises())
    let watched = named.isEmpty ? Exercise.all : named
    var watcher = Watcher(watched, in: desk.workspace)
    say(
      "Watching \(named.isEmpty ? Workspace.exercises : named.map(\.id).joined(separator: ", ")). Ctrl-C ends it."
    )
    try check(named, at: desk)
    while true {
      try check(watcher.saved(), at: desk)
      Thread.sleep(forTimeInterval: 0.25)
    }
  }

  private func check(_ exercises: [Exercise], at desk: ExerciseChecker) throws {
    if exercises.isEmpty { return }
    say("\n── \(exercises.map(\.id).joined(separator: ", ")) " + String(repeating: "─", count: 40))
    // What stops a check, such as a file that is being written, need not stop the watch.
    do { try desk.show(try desk.assess(exercises)) } catch { say("\(error)") }
    fflush(nil)
  }

  /// Prints a line that a reader behind a pipe sees at once too.
  private func say(_ line: String) {
    print(line)
    fflush(nil)
  }
}
