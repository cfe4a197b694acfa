import Support

/// A page of the site: what stands inside the template.
package struct SitePage: Hashable, Sendable {
  /// The name of the page's file, without `.html`.
  package let name: String
  /// The title of the page, as plain text.
  package let title: String
  /// What a reader finds there, in the list of the front page; empty for a page that the list leaves out.
  package let inContents: String
  /// The title in the menu of every page, which is shorter.
  package let menuTitle: String
  /// Whether the page is a chapter of the book.
  package let isChapter: Bool
  /// The inside of the `main` element, in HTML.
  package var body: String
  /// The headings that a menu beside the text lists.
  package let sections: [Section]

  /// A heading with its place on the page.
  package struct Section: Hashable, Sendable {
    /// The id of the heading.
    package let id: String
    /// Its text, in HTML.
    package let title: String
  }

  /// Creates a page.
  package init(
    name: String, title: String, inContents: String = "", menuTitle: String? = nil, isChapter: Bool = false,
    body: String, sections: [Section] = []
  ) {
    (self.name, self.title, self.inContents, self.body) = (name, title, inContents, body)
    (self.menuTitle, self.isChapter, self.sections) = (menuTitle ?? title, isChapter, sections)
  }

  /// The name of the page's file.
  package var file: String { "\(name).html" }

  /// The pages that are written by hand, in `Resources/pages`, in the order of the menu.
  ///
  /// - Throws: ``SiteError`` or `FileError` if a resource is missing.
  static func own() throws -> [SitePage] {
    let pages = [
      (
        name: "draw", title: "Draw your own digit", menuTitle: "Draw",
        inContents: "the networks of lesson 7, in float32, 8, 4, 3 and 2 bits, read what you draw"
      ),
      (
        name: "search", title: "Search", menuTitle: "Search",
        inContents: "every place that has the words you look for"
      ),
    ]
    return try pages.map {
      SitePage(
        name: $0.name, title: $0.title, inContents: $0.inContents, menuTitle: $0.menuTitle,
        body: try SiteAsset.resource("pages/\($0.name).html"))
    }
  }

  /// The files that the page loads beside those of every page, as far as the site has them.
  ///
  /// A page `draw` loads its data, `assets/data/draw.js` and `assets/data/draw-*.js`, then its scripts, which end with
  /// `assets/draw.js`. A chapter that has data loads `assets/touch.js`. A page with such scripts gets
  /// `assets/touch.css`, too.
  ///
  /// - Parameter assets: The paths of all assets.
  /// - Returns: The paths of scripts, in the order in which they run, and of stylesheets.
  package func files(among assets: Set<String>) -> (scripts: [String], styles: [String]) {
    let data = assets.filter {
      $0 == "assets/data/\(name).js" || $0.hasPrefix("assets/data/\(name)-") && $0.hasSuffix(".js")
    }.sorted()
    let names = isChapter ? data.isEmpty ? [] : ["numbers", "tools", "touch"] : Self.scripts[name] ?? []
    let scripts = data + names.map { "assets/\($0).js" }.filter(assets.contains)
    let styles = names.isEmpty || name == "search" ? [] : ["assets/touch.css"].filter(assets.contains)
    return (scripts, styles)
  }

  /// The scripts of the pages that are no chapters, in the order in which they run.
  private static let scripts = ["search": ["search"], "draw": ["numbers", "tools", "network", "draw"]]
}
