/// The frame of every page: `Resources/page.html`, with names between double braces.
struct SiteTemplate: Sendable {
  private let text: String
  private let menu: [(file: String, title: String)]
  private let assets: Set<String>

  /// Creates the frame of a site's pages.
  ///
  /// - Parameters:
  ///   - menu: The pages that the menu of every page lists.
  ///   - assets: The paths of the site's assets.
  /// - Throws: ``SiteError`` or `FileError` if the resource is missing.
  init(menu: [SitePage], assets: Set<String>) throws {
    text = try SiteAsset.resource("page.html")
    self.menu =
      [(file: "index.html", title: "Contents")] + menu.map { (file: $0.file, title: $0.menuTitle) }
    self.assets = assets
  }

  /// A page whole, with links to the pages before and after it.
  func html(_ page: SitePage, before: SitePage? = nil, after: SitePage? = nil) -> String {
    let files = page.files(among: assets)
    let scripts = files.scripts + ["assets/site.js"]
    let values = [
      "title": HTMLText.escaped(page.title == Self.book ? Self.book : "\(page.title) · \(Self.book)"),
      "kind": page.isChapter ? "chapter" : "page-\(page.name)",
      "styles": files.styles.map { "<link rel=\"stylesheet\" href=\"\($0)\">\n" }.joined(),
      "scripts": scripts.map { "<script defer src=\"\($0)\"></script>\n" }.joined(),
      "menu": menu.map { entry in
        let current = entry.file == page.file ? " aria-current=\"page\"" : ""
        return "<a href=\"\(entry.file)\"\(current)>\(HTMLText.escaped(entry.title))</a>"
      }.joined(separator: "\n"),
      "sections": sections(of: page),
      "body": page.body,
      "neighbours": neighbours(before, after),
    ]
    return Self.filled(text, with: values)
  }

  /// The title of the book.
  static let book = "Quantization-aware training, by running it"

  /// A text with values in place of `{{name}}`; what stands in a value is not looked at.
  static func filled(_ text: String, with values: [String: String]) -> String {
    var filled = ""
    for (index, part) in text.split(separator: "{{", omittingEmptySubsequences: false).enumerated() {
      guard index > 0, let end = part.firstRange(of: "}}"),
        let value = values[String(part[..<end.lowerBound])]
      else {
        filled += (index > 0 ? "{{" : "") + part
        continue
      }
      filled += value + part[end.upperBound...]
    }
    return filled
  }

  private func sections(of page: SitePage) -> String {
    guard page.isChapter, !page.sections.isEmpty else { return "" }
    let items = page.sections.map { "<li><a href=\"#\($0.id)\">\($0.title)</a></li>" }
    return
      "<nav class=\"sections\" aria-label=\"On this page\">\n<ol>\n\(items.joined(separator: "\n"))\n</ol>\n</nav>\n"
  }

  private func neighbours(_ before: SitePage?, _ after: SitePage?) -> String {
    guard before != nil || after != nil else { return "" }
    let previous = before.map {
      "<li><a rel=\"prev\" href=\"\($0.file)\">← \(HTMLText.escaped($0.title))</a></li>\n"
    }
    let next = after.map {
      "<li><a rel=\"next\" href=\"\($0.file)\">\(HTMLText.escaped($0.title)) →</a></li>\n"
    }
    return
      "<nav class=\"neighbours\" aria-label=\"Chapters\">\n<ul>\n\(previous ?? "")\(next ?? "")</ul>\n</nav>\n"
  }
}
