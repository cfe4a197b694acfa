import ArgumentParser
import LessonKit
import Support
import Weaver

/// Weaves the chapters into `output/`.
struct WeaveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weave", abstract: "Runs the lessons and writes output/<lesson>/README.md with its figures.")

  @OptionGroup var bookOptions: BookOptions
  @OptionGroup var runOptions: RunOptions

  @Option(help: ArgumentHelp("The folder for the book.", valueName: "folder"))
  var to = "output"

  func run() throws {
    let catalog = try bookOptions.catalog()
    let sources = try bookOptions.sources()
    // Before the first lesson, which may take minutes.
    let contents = WovenPage(path: "\(to)/README.md")
    let pages = sources.map { WovenPage(path: "\(to)/\($0.name)/README.md") }
    for page in pages + [contents] { try page.refuseForeign() }
    for (source, page) in zip(sources, pages) {
      let folder = "\(to)/\(source.name)"
      let log = try runOptions.run(source, root: bookOptions.checkout, figuresTo: folder)
      let chapter = try Chapter(source, log: log, catalog: catalog)
      let figures = try source.figures.map { ($0, try AtomicFile.read("\(folder)/\($0).png")) }
      try page.write(chapter.markdown + ChapterSeal(chapter.markdown, figures: figures).markdown)
      print("\(page.path)  \(source.figures.count) figures")
    }
    try contents.write(TableOfContents(bookOptions.allSources()).markdown)
  }
}
