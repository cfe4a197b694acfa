/// A page's HTML as pandoc wrote it, made into the site's: links, code, tables, figures and marks for the stylesheet.
package struct ChapterHTML: Sendable {
  /// The page's HTML.
  package private(set) var html = ""
  /// The headings of the second rank.
  package private(set) var sections: [SitePage.Section] = []
  /// The page's text for the search, by its headings.
  package private(set) var passages: [SearchIndex.Passage] = []
  /// The anchors of the glossary's terms that the page links to.
  package private(set) var terms: [String] = []

  private let pieces: [HTMLPiece]
  private let links: SiteLinks
  private let folder: String
  private let images: [String: SiteImage]
  private var index = 0
  /// The ends of links that became no links.
  private var dropsLinkEnd = false
  private var foldDepth = 0

  /// Makes the HTML of a page.
  ///
  /// - Parameters:
  ///   - fragment: What pandoc wrote.
  ///   - folder: The folder of the page in the repository, from which its links lead, such as `output/lesson-01`.
  ///   - links: Where links lead.
  ///   - images: The images of the site by their paths.
  package init(_ fragment: String, in folder: String, links: SiteLinks, images: [String: SiteImage]) {
    pieces = HTMLPiece.pieces(of: fragment)
    (self.folder, self.links, self.images) = (folder, links, images)
    passages = [SearchIndex.Passage(id: "", title: "", text: "")]
    while index < pieces.count { step() }
    passages = passages.map { $0.finished }
  }

  private mutating func step() {
    let piece = pieces[index]
    index += 1
    switch piece {
    case .text(let text):
      html += text
      addToSearch(text)
    case .tag(let tag): add(tag)
    }
  }

  private mutating func add(_ tag: HTMLTag) {
    switch tag.name {
    case "a": addLink(tag)
    case "/a":
      html += dropsLinkEnd ? "</span>" : tag.html
      dropsLinkEnd = false
    case "pre": addCode(tag)
    case "h2", "h3": addHeading(tag)
    case "img": html += images[tag["src"] ?? ""]?.element(tag) ?? tag.html
    case "table": html += "<div class=\"scroll\"><table>" + takeCaption()
    case "/table": html += "</table></div>"
    case "p": addParagraph(tag)
    case "mstyle": addWord(tag)
    case "annotation":
      // The formula in TeX, which no browser shows.
      while index < pieces.count, pieces[index].html != "</annotation>" { index += 1 }
      index += 1
    default:
      if tag.name == "details" { foldDepth += 1 }
      if tag.name == "/details" { foldDepth -= 1 }
      html += tag.html
    }
    if tag.isBlock { addToSearch(" ") }
  }

  private mutating func addToSearch(_ text: String) {
    if foldDepth == 0 { passages[passages.count - 1].text += text }
  }

  /// A word of a formula, which pandoc writes letter by letter: browsers set single letters in italics, as a product.
  private mutating func addWord(_ tag: HTMLTag) {
    var (word, end) = ("", index)
    while end + 2 < pieces.count, pieces[end].html == "<mi>", case .text(let letter) = pieces[end + 1],
      pieces[end + 2].html == "</mi>"
    {
      word += letter
      end += 3
    }
    guard tag["mathvariant"] == "normal", !word.isEmpty, end < pieces.count, pieces[end].html == "</mstyle>"
    else { return html += tag.html }
    index = end + 1
    html += "<mi mathvariant=\"normal\">\(word)</mi>"
    addToSearch(word)
  }

  // MARK: - Links

  private mutating func addLink(_ tag: HTMLTag) {
    guard let link = tag["href"] else {
      html += tag.html
      return
    }
    func rewritten(_ page: String, _ more: String = "") -> String {
      tag.html.replacing("href=\"\(link)\"", with: "href=\"\(HTMLText.escaped(page))\"\(more)")
    }
    switch links.target(of: HTMLText.unescaped(link), in: folder) {
    case .page(let page): html += rewritten(page, page.contains("://") ? " rel=\"external\"" : "")
    case .term(let page, let meaning):
      terms.append(String(page.drop { $0 != "#" }.dropFirst()))
      html += rewritten(page, " class=\"term\" title=\"\(HTMLText.escaped(meaning))\"")
    case .repository(let path):
      if let repository = links.repository {
        html += rewritten("\(repository)/\(path)", " rel=\"external\"")
      } else {
        html += "<span title=\"\(HTMLText.escaped(path)), in the repository\">"
        dropsLinkEnd = true
      }
    }
  }

  // MARK: - Code and tables

  /// The text up to an end tag, which is passed.
  private mutating func take(to end: String) -> String {
    var inside = ""
    while index < pieces.count, pieces[index].html != end {
      inside += pieces[index].html
      index += 1
    }
    index += 1
    return inside
  }

  private mutating func addCode(_ tag: HTMLTag) {
    let inside = take(to: "</pre>").replacing("<code>", with: "").replacing("</code>", with: "")
    if tag["class"] == "swift" {
      html += "<pre class=\"code\"><code>\(SwiftHighlighter.html(HTMLText.unescaped(inside)))</code></pre>"
    } else {
      html += "<pre class=\"output\"><samp>\(inside)</samp></pre>"
    }
    addToSearch(inside)
  }

  /// The paragraph before a table, if it is in italics, was taken for its caption.
  private mutating func takeCaption() -> String {
    defer { caption = nil }
    return caption.map { "<caption>\($0)</caption>" } ?? ""
  }
  private var caption: String?

  private mutating func addParagraph(_ tag: HTMLTag) {
    let next = pieces[index...].prefix(6).map(\.html)
    if next.count == 6, next[0] == "<em>", next[2] == "</em>", next[3] == "</p>", next[5] == "<table>" {
      caption = next[1]
      addToSearch(next[1])
      index += 5
    } else if next.count > 1, next[0] == "<strong>", next[1] == "Predict:" {
      html += "<p class=\"predict\">"
    } else {
      html += tag.html
    }
  }

  // MARK: - Headings

  private mutating func addHeading(_ tag: HTMLTag) {
    let inside = take(to: "</\(tag.name)>")
    let id = tag["id"] ?? ""
    if tag.name == "h2" { sections.append(SitePage.Section(id: id, title: inside)) }
    html += "\(tag.html)\(inside)</\(tag.name)>"
    passages.append(SearchIndex.Passage(id: id, title: HTMLText.plain(inside), text: ""))
  }
}
