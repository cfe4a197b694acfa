import ArgumentParser
import Charting
import Foundation
import LessonKit
import Support
import Weaver

/// Draws figures in the format a document wants.
struct FiguresCommand: ParsableCommand {
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case png
    case svg
    case pdf
  }

  static let configuration = CommandConfiguration(
    commandName: "figures", abstract: "Runs the lessons and draws their figures as PNG, SVG or PDF.")

  @OptionGroup var bookOptions: BookOptions
  @OptionGroup var runOptions: RunOptions

  @Option(help: ArgumentHelp("The folder for the figures.", valueName: "folder"))
  var to = "figures"

  @Option(help: "png, svg or pdf.")
  var format: Format = .svg

  @Option(help: ArgumentHelp("Draw this figure only, such as fig-staircase.", valueName: "figure"))
  var only: String?

  func validate() throws { _ = try sources() }

  func run() throws {
    for source in try sources() {
      let folder = "\(to)/\(source.name)"
      let scratch = try ScratchFolder()
      defer { withExtendedLifetime(scratch) {} }
      let log = try runOptions.run(source, root: bookOptions.checkout, figuresTo: scratch.path)
      try AtomicFile.createFolder(folder)
      for event in log.figures {
        guard case .figure(let id, _, _, let chart) = event.kind, only == nil || only == id else { continue }
        let path = "\(folder)/\(id).\(format.rawValue)"
        AtomicFile.removeAbandoned(of: path)
        let provenance = log.record.provenance(of: event)
        switch format {
        case .png: try chart.write(png: path, provenance: provenance)
        case .svg: try AtomicFile.write(text: chart.svg(provenance: provenance), to: path)
        case .pdf: try AtomicFile.write(chart.pdf(provenance: provenance), to: path)
        }
        print(path)
      }
    }
  }

  /// The lessons that draw what was asked for.
  private func sources() throws -> [LessonSource] {
    let sources = try bookOptions.sources().filter { only == nil || $0.figures.contains(only ?? "") }
    guard !sources.isEmpty else { throw ValidationError("no lesson has a figure called \(only ?? "")") }
    return sources
  }
}
