import ArgumentParser
import Charting
import Foundation
import LessonKit
import SiteData
import Support
import Weaver

/// Compares the committed chapters with the lessons' sources, and their terms with the glossary, without running them.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Says which chapters and figures are not those of the lessons as they stand.",
    discussion: """
      It also says which terms a lesson uses before the one that explains them, which are explained twice, and which the \
      glossary lacks. With --figures it looks at a folder instead, such as the pictures of another repository: at each \
      PNG, SVG and PDF that a lesson drew, whatever its name; files of others are passed over. Exit code 0: all is \
      fresh; 1: something is stale, or the folder has no figure of a lesson; 64: called wrongly.
      """)

  @OptionGroup var bookOptions: BookOptions

  @Option(
    help: ArgumentHelp("A folder whose figures are compared with the lessons.", valueName: "folder"),
    completion: .directory)
  var figures: String?

  func validate() throws {
    if let figures, !AtomicFile.isFolder(figures) {
      throw ValidationError("--figures \(figures): there is no such folder")
    }
  }

  func run() throws {
    if let figures { return try checkFigures(in: figures) }
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

  /// Compares the figures in a folder, and in those below it, with the lessons that drew them.
  private func checkFigures(in folder: String) throws {
    let verifier = BookVerifier(root: bookOptions.checkout)
    let chosen = Set(try bookOptions.sources().map { "Lessons/\($0.name)/main.swift" })
    var (fresh, stale) = (0, 0)
    for file in try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
    where [".png", ".svg", ".pdf"].contains(where: file.lowercased().hasSuffix) {
      let path = "\(folder)/\(file)"
      guard let figure = try? Provenance(figure: AtomicFile.read(path, limit: 1 << 28)),
        let source = figure.source?.split(separator: ":").first, source.hasPrefix("Lessons/")
      else { continue }
      guard chosen.contains(String(source)) || !AtomicFile.exists("\(bookOptions.checkout)/\(source)") else {
        continue
      }
      guard
        let problem = verifier.problem(about: figure, remedy: "draw it again with `swift run book figures`")
      else {
        fresh += 1
        continue
      }
      stale += 1
      print("\(path): \(problem)")
    }
    guard fresh + stale > 0 else {
      print("\(folder) has no figure that a lesson drew; `swift run book figures --to \(folder)` draws some")
      throw ExitCode.failure
    }
    print("\(fresh) fresh, \(stale) stale")
    if stale > 0 { throw ExitCode.failure }
  }
}
