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
    for source in sources {
      let folder = "\(to)/\(source.name)"
      let log = try runOptions.run(source, root: bookOptions.checkout, figuresTo: folder)
      let chapter = try Chapter(source, log: log, catalog: catalog)
      try AtomicFile.write(text: chapter.markdown, to: "\(folder)/README.md")
      print("\(folder)/README.md  \(source.figures.count) figures")
    }
    try AtomicFile.write(text: TableOfContents(bookOptions.allSources()).markdown, to: "\(to)/README.md")
  }
}
