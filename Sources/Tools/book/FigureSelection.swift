import ArgumentParser
import Charting
import Foundation
import LessonKit
import Support

/// The figures that a command draws: all, or those of a list.
struct FigureSelection: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Draw these figures only: fig-staircase, or lesson-01/fig-staircase; several with commas, or by several options.",
      valueName: "figures"))
  var only: [String] = []

  @Option(
    help: ArgumentHelp(
      "A file with figures to draw, one a line, as --only names them; # begins a comment.", valueName: "file"),
    completion: .file())
  var list: String?

  /// The names of figures; nil for all.
  func names() throws -> [String]? {
    var names = only.flatMap { $0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }
    if let list {
      let lines = String(decoding: try AtomicFile.read(list, limit: 1 << 20), as: UTF8.self).split(
        whereSeparator: \.isNewline)
      names += lines.map { $0.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces) }
    }
    names.removeAll { $0.isEmpty }
    if names.isEmpty, !only.isEmpty || list != nil {
      throw ValidationError("\(list ?? "--only") names no figure; leave it out to draw all")
    }
    return names.isEmpty ? nil : names
  }

  /// The lessons that draw what was asked for, each with the figures to draw.
  ///
  /// - Throws: `ValidationError` for a name that no lesson's figure has.
  func selected(of sources: [LessonSource]) throws -> [(source: LessonSource, figures: [String])] {
    guard let names = try names() else { return sources.map { ($0, $0.figures) } }
    func isMeant(_ figure: String, of source: LessonSource, by name: String) -> Bool {
      name == figure || name == "\(source.name)/\(figure)"
    }
    for name in names
    where !sources.contains(where: { source in
      source.figures.contains { isMeant($0, of: source, by: name) }
    }) {
      throw ValidationError(
        "no lesson has a figure called \(name); output/README.md leads to the chapters, which name theirs at the end"
      )
    }
    return sources.compactMap { source in
      let figures = source.figures.filter { figure in
        names.contains { isMeant(figure, of: source, by: $0) }
      }
      return figures.isEmpty ? nil : (source, figures)
    }
  }
}

/// How figures are drawn: the format, the colours, the width and the size of text.
struct FigureLook: ParsableArguments {
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case png
    case svg
    case pdf
  }

  @Option(help: "png, svg or pdf.")
  var format: Format = .svg

  @Option(help: "light, dark, or print: shades of grey on white.")
  var theme: FigureStyle.Theme = .light

  @Option(
    help: ArgumentHelp("The width in centimetres. (default: 25.4, or the figure's own)", valueName: "cm"))
  var width: Double?

  @Option(
    help: ArgumentHelp(
      "The size of axis labels in points; the figure is laid out anew for it. (default: as the width has it)",
      valueName: "points"))
  var fontSize: Double?

  func validate() throws {
    if let width, !(2...100).contains(width) {
      throw ValidationError("--width \(width): a figure is 2 to 100 centimetres wide")
    }
    if let fontSize, !(4...48).contains(fontSize) {
      throw ValidationError("--font-size \(fontSize): text has 4 to 48 points")
    }
  }

  /// The look as Charting has it.
  var style: FigureStyle {
    FigureStyle(theme: theme, width: width.map { $0 / 2.54 * 72 }, fontSize: fontSize)
  }

  /// The bytes of a figure's file.
  func bytes(of chart: Chart, provenance: Provenance) throws -> [UInt8] {
    switch format {
    case .png: try chart.png(provenance: provenance, style: style)
    case .svg: Array(try chart.svg(provenance: provenance, style: style).utf8)
    case .pdf: try chart.pdf(provenance: provenance, style: style)
    }
  }
}

extension FigureStyle.Theme: ExpressibleByArgument {}
