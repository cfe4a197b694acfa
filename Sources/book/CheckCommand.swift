import ArgumentParser
import LessonKit
import Support
import Weaver

/// Compares the committed chapters with the lessons' sources, without running them.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Says which chapters were woven from an older version of their lesson.")

  @OptionGroup var library: Library

  func run() throws {
    var stale: [String] = []
    for source in try library.sources() {
      let chapter = try AtomicFile.read("\(library.root)/output/\(source.name)/README.md")
      let reason = Footer.staleness(of: String(decoding: chapter, as: UTF8.self), source: source)
      print("\(source.name): \(reason ?? "fresh")")
      if let reason { stale.append(reason) }
    }
    if !stale.isEmpty { throw ExitCode.failure }
  }
}
