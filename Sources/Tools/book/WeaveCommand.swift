import ArgumentParser
import LessonKit
import Support
import Weaver

/// Weaves the chapters into `output/`.
struct WeaveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weave", abstract: "Runs the lessons and writes output/<lesson>/README.md with its figures.")

  @OptionGroup var library: Library
  @OptionGroup var options: RunOptions

  @Option(help: ArgumentHelp("The folder for the book.", valueName: "folder"))
  var to = "output"

  func run() throws {
    let shelf = try library.shelf()
    let sources = try library.sources()
    for source in sources {
      let folder = "\(to)/\(source.name)"
      let log = try options.run(source, root: library.checkout, figuresTo: folder)
      let chapter = try Chapter(source, log: log, shelf: shelf)
      try AtomicFile.write(text: chapter.markdown, to: "\(folder)/README.md")
      print("\(folder)/README.md  \(source.figures.count) figures")
    }
    try AtomicFile.write(text: Contents(library.allSources()).markdown, to: "\(to)/README.md")
  }
}
