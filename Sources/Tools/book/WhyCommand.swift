import ArgumentParser
import Charting
import Foundation
import PNGFiles
import Support
import Weaver

/// Says where a figure comes from, and whether its lesson would still draw it.
struct WhyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Says what drew a figure, and whether it is fresh or stale.",
    discussion:
      """
      What it prints is in the PNG, SVG or PDF itself. Exit code 0: fresh; 1: stale, not a figure of a lesson, or nothing to compare \
      it with, because the folder is no checkout.
      """)

  @Option(help: ArgumentHelp("The checkout's folder.", valueName: "folder"), completion: .directory)
  var root = "."

  @Argument(
    help: "The figures, such as output/lesson-01/fig-fence.png.",
    completion: .file(extensions: ["png", "svg", "pdf"]))
  var figures: [String]

  func run() throws {
    let verifier = BookVerifier(root: absolutePath(root))
    var areFresh = true
    for figure in figures {
      let bytes = try AtomicFile.read(figure, limit: 1 << 28)
      let provenance = try Provenance(figure: bytes)
      let size = (try? PNGImage(bytes: bytes)).map { "  \($0.width) × \($0.height)" }
      print("\(figure)\(size ?? "")")
      for text in provenance.texts { print("  \(text.key): \(text.text)") }
      let problem = verifier.problem(about: provenance)
      print("  \(problem ?? "fresh: the lesson stands as it did")")
      areFresh = areFresh && problem == nil
    }
    if !areFresh { throw ExitCode.failure }
  }
}
