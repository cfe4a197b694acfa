import ArgumentParser
import LessonKit
import Weaver

/// Compares the committed chapters with the lessons' sources, without running them.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Says which chapters and figures are not those of the lessons as they stand.")

  @OptionGroup var bookOptions: BookOptions

  func run() throws {
    let verifier = BookVerifier(root: bookOptions.checkout)
    var isFresh = true
    func report(_ name: String, _ problems: [String]) {
      for problem in problems.isEmpty ? ["fresh"] : problems { print("\(name): \(problem)") }
      isFresh = isFresh && problems.isEmpty
    }
    for source in try bookOptions.sources() {
      report(source.name, try verifier.problems(about: source))
    }
    let contents = try verifier.problem(aboutContents: bookOptions.allSources())
    report("contents", contents.map { [$0] } ?? [])
    if !isFresh { throw ExitCode.failure }
  }
}
