import ArgumentParser
import LessonKit
import Weaver

/// Compares the committed chapters with the lessons' sources, without running them.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Says which chapters and figures are not those of the lessons as they stand.")

  @OptionGroup var library: Library

  func run() throws {
    let proofreader = Proofreader(root: library.checkout)
    var isFresh = true
    func report(_ name: String, _ complaints: [String]) {
      for complaint in complaints.isEmpty ? ["fresh"] : complaints { print("\(name): \(complaint)") }
      isFresh = isFresh && complaints.isEmpty
    }
    for source in try library.sources() {
      report(source.name, try proofreader.complaints(about: source))
    }
    let contents = try proofreader.complaint(aboutContents: library.allSources())
    report("contents", contents.map { [$0] } ?? [])
    if !isFresh { throw ExitCode.failure }
  }
}
