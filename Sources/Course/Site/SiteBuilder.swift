import Foundation
import LessonKit
import Support
import Weaver

/// Makes the site from the woven chapters of a checkout.
package struct SiteBuilder: Sendable {
  /// The chapters of the checkout, in order.
  package let chapters: [WovenChapter]
  private let root: String
  private let catalog: LessonCatalog
  private let links: SiteLinks
  private let assets: [SiteAsset]
  private let figures: [SiteAsset]
  private let images: [String: SiteImage]

  /// Reads the chapters and their figures.
  ///
  /// - Parameters:
  ///   - root: The checkout.
  ///   - catalog: Its lessons and terms.
  ///   - assets: Scripts, stylesheets and data.
  ///   - svg: The figures as SVG, as they lie in the site: `figures/lesson-01/fig-fence.svg`.
  ///   - repository: The address under which the repository's files can be read.
  /// - Throws: ``SiteError`` for a chapter or figure that was not woven, `FileError` for one that cannot be read.
  package init(
    root: String, catalog: LessonCatalog, assets: [SiteAsset], svg: [SiteAsset] = [],
    repository: String? = nil
  ) throws {
    (self.root, self.catalog, self.assets) = (root, catalog, assets)
    links = SiteLinks(catalog, repository: repository)
    chapters = try catalog.lessons.map { lesson in
      let path = "\(root)/output/\(lesson)/README.md"
      guard AtomicFile.exists(path) else {
        throw SiteError("output/\(lesson)/README.md is missing; run `swift run book weave \(lesson)`")
      }
      return try WovenChapter(
        String(decoding: AtomicFile.read(path), as: UTF8.self), lesson: lesson,
        practice: PracticeSection(lesson: LessonSource.number(of: lesson), root: root).markdown)
    }
    let drawn = Set(svg.map(\.path))
    var figures = svg
    var images: [String: SiteImage] = [:]
    for chapter in chapters {
      for figure in chapter.figures {
        let path = "figures/\(chapter.lesson)/\(figure.name).png"
        let png = try AtomicFile.read("\(root)/output/\(chapter.lesson)/\(figure.name).png")
        figures.append(SiteAsset(path: path, bytes: png))
        images[path] = try SiteImage(path: path, png: png, hasSVG: drawn.contains("\(path.dropLast(4)).svg"))
      }
    }
    (self.figures, self.images) = (figures, images)
  }

  /// Throws unless the programs are installed that make the site and the forms.
  ///
  /// - Throws: ``SiteError`` with the command that installs the missing one.
  package static func checkTools(for forms: [BookForm] = []) throws(SiteError) {
    try Tool.pandoc.checkIsInstalled(for: "the site")
    for form in forms { try form.tool.checkIsInstalled(for: "--\(form.rawValue)") }
  }

  /// Writes the site into an empty folder, and the whole book in other forms beside it.
  ///
  /// - Throws: ``SiteError`` if pandoc or Chromium is missing or fails, `FileError` if a file cannot be written.
  package func write(to folder: String, forms: [BookForm] = []) throws {
    let made = try convertedChapters()
    var pages: [SitePage] = []
    var index = SearchIndex()
    var uses: [String: [String]] = [:]
    for (chapter, converted) in zip(chapters, made) {
      let page = SitePage(
        name: chapter.lesson, title: chapter.title, isChapter: true,
        body: "<h1>\(HTMLText.inline(chapter.title))</h1>\n\(converted.html)", sections: converted.sections)
      pages.append(page)
      index.add(converted.passages, of: page.file, title: page.title)
      let name = LessonSource.spokenName(chapter.lesson)
      for term in Set(converted.terms).sorted() {
        uses[term, default: []].append("<a href=\"\(page.file)\">\(name)</a>")
      }
    }
    let glossary = GlossaryPage(catalog.glossary, uses: uses)
    index.add(glossary.passages, of: glossary.page.file, title: glossary.page.title)
    let own = try SitePage.own()
    for page in own where page.name != "search" {
      let text = ChapterHTML(page.body, in: "", links: links, images: [:])
      index.add(text.passages, of: page.file, title: page.title)
    }
    let menu = [glossary.page, try figuresPage()] + own
    let all = assets + figures + [index.asset]
    let template = try SiteTemplate(menu: menu, assets: Set(all.map(\.path)))
    let front = try FrontPage(chapters: pages, questions: questions(), others: menu, forms: forms)
      .page
    for (number, page) in pages.enumerated() {
      let before = number > 0 ? pages[number - 1] : nil
      let after = number + 1 < pages.count ? pages[number + 1] : nil
      try AtomicFile.write(
        text: template.html(page, before: before, after: after), to: "\(folder)/\(page.file)")
    }
    for page in [front, try licencesPage()] + menu {
      try AtomicFile.write(text: template.html(page), to: "\(folder)/\(page.file)")
    }
    for asset in all {
      let parts = asset.path.split(separator: "/").dropLast()
      try AtomicFile.createFolder(([folder] + parts.map(String.init)).joined(separator: "/"))
      try AtomicFile.write(asset.bytes, to: "\(folder)/\(asset.path)")
    }
    if forms.isEmpty { return }
    let whole = WholeBook(pages + [glossary.page])
    let page = SitePage(name: "book", title: SiteTemplate.book, body: whole.body)
    let path = "\(folder)/\(page.file)"
    try AtomicFile.write(text: template.html(page), to: path)
    for form in forms { try form.make(from: whole, at: path, in: folder) }
    try FileManager.default.removeItem(atPath: path)
  }

  /// Every chapter as HTML.
  package func convertedChapters() throws -> [ChapterHTML] {
    try chapters.concurrently { chapter in
      ChapterHTML(
        try Pandoc.html(chapter.markdown, of: chapter.lesson), in: "output/\(chapter.lesson)", links: links,
        images: images)
    }
  }

  /// The question of each lesson, as the book's contents have it.
  private func questions() throws -> [String: String] {
    let contents = String(decoding: try AtomicFile.read("\(root)/output/README.md"), as: UTF8.self)
    let rows = contents.matches(of: /\| \[[^\]]*\]\(([^\/)]+)\/README\.md\) \| ([^|]*) \|/)
    return Dictionary(rows.map { (String($0.1), String($0.2)) }, uniquingKeysWith: { $1 })
  }

  /// The table of figures.
  private func figuresPage() throws -> SitePage {
    let parts = chapters.filter { !$0.figures.isEmpty }.map { chapter in
      let items = chapter.figures.map { figure in
        """
        <li><a href="\(chapter.lesson).html#\(figure.name)" tabindex="-1" aria-hidden="true">\
        <img src="figures/\(chapter.lesson)/\(figure.name).png" alt=""></a>
        <div>

        [Figure \(figure.number)](\(chapter.lesson).html#\(figure.name)). \(figure.caption)

        </div></li>
        """
      }
      return "## \(chapter.title)\n\n<ul class=\"plates\">\n\(items.joined(separator: "\n"))\n</ul>\n"
    }
    let html = ChapterHTML(
      try Pandoc.html(parts.joined(separator: "\n"), of: "the table of figures"), in: "output/figures",
      links: links, images: images)
    return SitePage(
      name: "figures", title: "Table of figures", inContents: "every figure, with its caption",
      menuTitle: "Figures", body: "<h1>Table of figures</h1>\n\(html.html)")
  }

  private func licencesPage() throws -> SitePage {
    func text(_ name: String) throws -> String {
      HTMLText.escaped(String(decoding: try AtomicFile.read("\(root)/\(name)"), as: UTF8.self))
    }
    let values = ["notice": try text("Documentation/NOTICE"), "licence": try text("LICENSE")]
    return SitePage(
      name: "licences", title: "Licences",
      body: SiteTemplate.filled(try SiteAsset.resource("pages/licences.html"), with: values))
  }
}
