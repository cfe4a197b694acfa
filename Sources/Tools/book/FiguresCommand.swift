import ArgumentParser
import Charting
import Foundation
import LessonKit
import Support
import Weaver

/// Draws figures in the format a document wants.
struct FiguresCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "figures", abstract: "Runs the lessons and draws their figures as PNG, SVG or PDF.",
    discussion: """
      A figure's file says which lines, seed and data made it, so that `book why FILE` and `book check --figures FOLDER` \
      can tell whether it is fresh. Exit code 0: all are drawn; 1: a lesson failed, or a figure has no room in that \
      width; 64: called wrongly, such as with a figure that no lesson has.
      """)

  @OptionGroup var bookOptions: BookOptions
  @OptionGroup var runOptions: RunOptions
  @OptionGroup var selection: FigureSelection
  @OptionGroup var look: FigureLook

  @Option(help: ArgumentHelp("The folder for the figures.", valueName: "folder"))
  var to = "figures"

  func validate() throws { _ = try selection.selected(of: bookOptions.sources()) }

  func run() throws {
    for (source, figures) in try selection.selected(of: bookOptions.sources()) {
      let folder = "\(to)/\(source.name)"
      try AtomicFile.createFolder(folder)
      for figure in try runOptions.figures(of: source, root: bookOptions.checkout)
      where figures.contains(figure.name) {
        let path = "\(folder)/\(figure.name).\(look.format.rawValue)"
        AtomicFile.removeAbandoned(of: path)
        do {
          try AtomicFile.write(look.bytes(of: figure.chart, provenance: figure.provenance), to: path)
        } catch let error as ChartError {
          throw LessonFailure(lesson: "\(source.name)/\(figure.name)", output: error.description)
        }
        print(path)
      }
    }
  }
}

/// A figure that a lesson drew.
struct LessonFigure {
  /// The figure's name, such as `fig-staircase`.
  let name: String
  let chart: Chart
  let provenance: Provenance
}

extension RunOptions {
  /// Runs a lesson and gives its figures.
  func figures(of source: LessonSource, root: String) throws -> [LessonFigure] {
    let scratch = try ScratchFolder()
    defer { withExtendedLifetime(scratch) {} }
    let log = try run(source, root: root, figuresTo: scratch.path)
    return log.figures.compactMap { event in
      guard case .figure(let name, _, _, let chart) = event.kind else { return nil }
      return LessonFigure(name: name, chart: chart, provenance: log.record.provenance(of: event))
    }
  }
}
