import ArgumentParser
import LessonKit
import SiteData
import Weaver

/// Compares the committed chapters with the lessons' sources, and their terms with the glossary, without running them.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Says which chapters and figures are not those of the lessons as they stand.",
    discussion: """
      It also says which terms a lesson uses before the one that explains them, which are explained twice, and which the \
      glossary lacks.
      """)

  @OptionGroup var bookOptions: BookOptions

  func run() throws {
    let verifier = BookVerifier(root: bookOptions.checkout)
    var isFresh = true
    func report(_ name: String, _ problems: [String]) {
      for problem in problems.isEmpty ? ["fresh"] : problems { print("\(name): \(problem)") }
      isFresh = isFresh && problems.isEmpty
    }
    let all = try bookOptions.allSources()
    let catalog = try bookOptions.catalog()
    let terms = TermVerifier(all, glossary: catalog.glossary)
    for source in try bookOptions.sources() {
      let links = try verifier.problem(aboutNeighbours: source, in: catalog)
      report(
        source.name,
        try verifier.problems(about: source) + [links].compactMap { $0 } + terms.problems(in: source.name))
    }
    let contents = try verifier.problem(aboutContents: all)
    report("contents", contents.map { [$0] } ?? [])
    report("glossary", catalog.glossary.problems)
    report("site data", SiteData.problems(root: bookOptions.checkout))
    if !isFresh { throw ExitCode.failure }
  }
}
