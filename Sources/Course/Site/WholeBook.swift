import Support

/// The whole book on one page, from which the PDF and the EPUB are made.
///
/// Every chapter's ids get its name in front, since many chapters have the same headings; links between pages become
/// links within this one.
package struct WholeBook: Sendable {
  /// The pages with their ids and links, in order.
  private let parts: [(page: SitePage, html: String)]

  /// Joins the chapters and the glossary.
  package init(_ pages: [SitePage]) {
    let names = Set(pages.map(\.name))
    parts = pages.map { ($0, Self.joined($0, names: names)) }
  }

  /// The inside of a page's `main` element: a title, the contents, and all pages.
  package var body: String {
    let contents = parts.map {
      "<li><a href=\"#\($0.page.name)\">\(HTMLText.escaped($0.page.title))</a></li>"
    }
    let leaves = parts.map {
      "<section class=\"leaf\" id=\"\($0.page.name)\">\n\($0.html)\n</section>"
    }
    return """
      <section class="leaf" id="book">
      <h1>\(SiteTemplate.book)</h1>
      <ol class="contents">
      \(contents.joined(separator: "\n"))
      </ol>
      </section>
      \(leaves.joined(separator: "\n"))
      """
  }

  /// The pages as pandoc reads them for an EPUB, which begins a new file at each heading of the first rank.
  ///
  /// Readers of EPUBs seldom fold. So the folded parts, which are the code of figures, the hints and the reasons of a
  /// quiz, are left out.
  package var plain: String {
    let parts = parts.map {
      "<h1 id=\"\($0.page.name)\">\(HTMLText.escaped($0.page.title))</h1>\n" + Self.plain($0.html)
    }
    return
      "<!DOCTYPE html>\n<html lang=\"en\"><body>\n\(parts.joined(separator: "\n"))\n</html>\n"
  }

  private static func plain(_ html: String) -> String {
    var text = ""
    /// The elements around the place of which nothing is taken.
    var left: [String] = []
    /// The ids of elements that went, for the next one that stays.
    var ids = ""
    /// Of each `div` around the place, whether it stays: claims have a look of their own, and so have captions below.
    var divs: [Bool] = []
    for piece in HTMLPiece.pieces(of: html) {
      guard case .tag(let tag) = piece else {
        if left.isEmpty { text += piece.html }
        continue
      }
      let isLeft =
        ["nav", "h1"].contains(tag.name) || tag.name == "details" && tag["class"]?.hasPrefix("choice") != true
        || tag.name == "p" && (text.hasSuffix("</span>") || tag["class"] == "asks")
      if isLeft || !left.isEmpty && tag.name == left.last { left.append(tag.name) }
      if !left.isEmpty {
        if tag.name == "/\(left.last ?? "")" { left.removeLast() }
        continue
      }
      switch tag.name {
      case "summary": text += "<span>"
      case "/summary": text += "</span>"
      case "figcaption": text += "<div class=\"figcaption\">"
      case "/figcaption": text += "</div>"
      case "section", "div", "figure", "picture", "source", "details":
        if let id = tag["id"] { ids += "<span id=\"\(id)\"></span>" }
        if tag.name == "div" { divs.append(tag["class"] == "claims") }
        if tag.name == "div", divs.last == true { text += tag.html }
      case "/div": if divs.popLast() == true { text += tag.html }
      case "/section", "/figure", "/picture", "/source", "/details": break
      case "p", "dt", "li":
        text += tag.html + ids
        ids = ""
      case "img":
        text += "<p>\(ids)\(tag.html)</p>"
        ids = ""
      default: text += tag.html
      }
    }
    return text
  }

  /// A page's body with its ids and links as the whole book has them.
  private static func joined(_ page: SitePage, names: Set<String>) -> String {
    HTMLPiece.pieces(of: page.body).map { piece in
      guard case .tag(let tag) = piece else { return piece.html }
      var html = tag.html
      for attribute in ["id", "aria-labelledby"] {
        if let id = tag[attribute] {
          html = html.replacing(" \(attribute)=\"\(id)\"", with: " \(attribute)=\"\(page.name)--\(id)\"")
        }
      }
      if let link = tag["href"] {
        html = html.replacing(
          " href=\"\(link)\"", with: " href=\"\(target(of: link, on: page.name, names: names))\"")
      }
      // What is not on the screen is printed, too.
      return html.replacing(" loading=\"lazy\"", with: "")
    }.joined()
  }

  /// Where a link leads in the whole book.
  private static func target(of link: String, on page: String, names: Set<String>) -> String {
    if link.hasPrefix("#") { return "#\(page)--\(link.dropFirst())" }
    let parts = link.split(separator: "#", maxSplits: 1).map(String.init)
    guard let file = parts.first, file.hasSuffix(".html"), !file.contains(":") else { return link }
    let name = String(file.dropLast(5))
    guard names.contains(name) else { return "#book" }
    return parts.count == 2 ? "#\(name)--\(parts[1])" : "#\(name)"
  }
}

/// A form of the whole book in one file.
package enum BookForm: String, Hashable, Sendable, CaseIterable {
  case pdf
  case epub

  /// The name of the file in the site.
  package var file: String { "quantization-aware-training.\(rawValue)" }

  /// What readers call it.
  var title: String { rawValue.uppercased() }

  /// The program that makes it.
  var tool: Tool {
    switch self {
    case .pdf: .chromium
    case .epub: .pandoc
    }
  }

  /// Makes the file.
  ///
  /// - Parameters:
  ///   - book: The whole book.
  ///   - page: The path of its page in the finished site.
  ///   - folder: The site's folder.
  /// - Throws: ``SiteError`` if the program fails.
  func make(from book: WholeBook, at page: String, in folder: String) throws {
    let scratch = try ScratchFolder()
    defer { withExtendedLifetime(scratch) {} }
    switch self {
    case .pdf:
      let path = "\(folder)/\(file)"
      let warnings = try tool.run(
        [
          "--headless", "--disable-gpu", "--no-first-run", "--user-data-dir=\(scratch.path)/profile",
          "--no-pdf-header-footer", "--generate-pdf-document-outline", "--print-to-pdf=\(path)",
        ] + Tool.chromiumForRoot + ["file://\(page)"], for: "--pdf"
      ).warnings
      guard AtomicFile.exists(path) else { throw SiteError("chromium printed no PDF: \(warnings)") }
    case .epub:
      let style = "\(scratch.path)/epub.css"
      try AtomicFile.write(text: SiteAsset.resource("epub.css"), to: style)
      _ = try tool.run(
        [
          "--from", "html", "--to", "epub3", "--mathml", "--no-highlight", "--toc", "--toc-depth=1",
          "--epub-chapter-level=1", "--css", style, "--resource-path", folder, "--metadata",
          "title=\(SiteTemplate.book)", "--metadata", "lang=en", "--output", "\(folder)/\(file)",
        ], input: book.plain, for: "--epub")
    }
  }
}
