import ArgumentParser
import Charting
import Foundation
import LessonKit
import Site
import Support
import Weaver

/// Makes the book as a web site.
struct SiteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "site", abstract: "Makes the book as a web site that needs no network and no server.",
    discussion: """
      It takes the chapters and figures as they are woven in output, and runs no lesson, unless --svg asks for it: then \
      it takes minutes. It needs pandoc, and --pdf needs Chromium. The folder is new, empty or a site that book made; a \
      site is replaced whole, or after an error not at all. Exit code 0: the site is there; 1: it is not, and the \
      folder is as it was; 64: called wrongly.
      """)

  @Option(help: ArgumentHelp("The checkout's folder.", valueName: "folder"), completion: .directory)
  var root = "."

  @Option(help: ArgumentHelp("The folder for the site.", valueName: "folder"), completion: .directory)
  var to: String

  @Option(
    help: ArgumentHelp("The address of the repository's files, for links to code.", valueName: "address"))
  var repository: String?

  @Flag(help: "Run the lessons and show their figures as SVG, sharp at any size, with the PNGs behind them.")
  var svg = false

  @Flag(help: "Make the whole book as a PDF, too.")
  var pdf = false

  @Flag(help: "Make the whole book as an EPUB, too.")
  var epub = false

  func run() throws {
    let checkout = absolutePath(root)
    let folder = try SiteFolder(absolutePath(to))
    let forms: [BookForm] = (pdf ? [.pdf] : []) + (epub ? [.epub] : [])
    try SiteBuilder.checkTools(for: forms)
    let catalog: LessonCatalog
    do {
      catalog = try LessonCatalog(root: checkout)
    } catch {
      throw ValidationError(
        "\(root) holds no Lessons folder; run book in the checkout, or name it with --root")
    }
    let assets = try SiteAsset.resources()
    let drawn = try svg ? figures(of: catalog, in: checkout) : []
    let builder = try SiteBuilder(
      root: checkout, catalog: catalog, assets: assets, svg: drawn, repository: repository)
    try folder.replace { try builder.write(to: $0, forms: forms) }
    print("\(to)/index.html  \(builder.chapters.count) chapters")
    for form in forms { print("\(to)/\(form.file)") }
  }

  /// The figures of all lessons as SVG, as the chapters have them: with the class profile and seed 1.
  private func figures(of catalog: LessonCatalog, in checkout: String) throws -> [SiteAsset] {
    let options = try RunOptions.parse([])
    return try catalog.lessons.flatMap { lesson in
      let source = try LessonSource(path: "\(checkout)/Lessons/\(lesson)/main.swift")
      return try options.figures(of: source, root: checkout).map {
        SiteAsset(path: "figures/\(lesson)/\($0.name).svg", text: try $0.chart.svg(provenance: $0.provenance))
      }
    }
  }
}
