import ArgumentParser
import Foundation
import Site
import Support
import Weaver

/// Makes the book as a web site.
struct SiteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "site", abstract: "Makes the book as a web site that needs no network and no server.",
    discussion: """
      It takes the chapters as they are woven in output, and runs no lesson, unless --svg asks for it. It needs pandoc. \
      The folder is new, empty or a site that book made; a site is replaced whole, or after an error not at all.
      """)

  @Option(help: ArgumentHelp("The checkout's folder.", valueName: "folder"), completion: .directory)
  var root = "."

  @Option(help: ArgumentHelp("The folder for the site.", valueName: "folder"), completion: .directory)
  var to: String

  @Option(
    help: ArgumentHelp("The address of the repository's files, for links to code.", valueName: "address"))
  var repository: String?

  func run() throws {
    let checkout = absolutePath(root)
    let folder = try SiteFolder(absolutePath(to))
    let catalog = try LessonCatalog(root: checkout)
    let assets = try SiteAsset.resources()
    let builder = try SiteBuilder(root: checkout, catalog: catalog, assets: assets, repository: repository)
    try folder.replace { try builder.write(to: $0) }
    print("\(to)/index.html  \(builder.chapters.count) chapters")
  }
}
