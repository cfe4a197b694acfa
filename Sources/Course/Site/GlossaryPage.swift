import Weaver

/// The page of the glossary: every term with its meaning, linked to others, and the chapters that use it.
struct GlossaryPage: Sendable {
  /// The page.
  let page: SitePage
  /// Its terms for the search.
  let passages: [SearchIndex.Passage]

  /// Makes the page.
  ///
  /// - Parameters:
  ///   - glossary: The terms.
  ///   - uses: The chapters that link to a term, by its anchor, as links.
  init(_ glossary: Glossary, uses: [String: [String]]) {
    let entries = glossary.entries
    let rows = entries.map { entry in
      let chapters = uses[entry.anchor].map { "<span class=\"where\">\($0.joined(separator: ", "))</span>" }
      return """
        <div id="\(entry.anchor)"><dt>\(HTMLText.escaped(entry.names.joined(separator: ", ")))</dt>
        <dd>\(Self.linked(entry.meaning, in: glossary)) \(chapters ?? "")</dd></div>
        """
    }
    var letters: [(letter: Character, anchor: String)] = []
    for entry in entries {
      guard let letter = entry.names[0].uppercased().first, letters.last?.letter != letter,
        !letters.contains(where: { $0.letter == letter })
      else { continue }
      letters.append((letter, entry.anchor))
    }
    let links = letters.map { "<li><a href=\"#\($0.anchor)\">\($0.letter)</a></li>" }
    page = SitePage(
      name: "glossary", title: "Glossary", inContents: "what the words mean, in a line each",
      body: """
        <h1>Glossary</h1>
        <p>The words of the course. A dotted line under a word of a chapter leads here; the pointer on it shows the meaning.</p>
        <nav aria-label="Letters"><ul class="letters">
        \(links.joined(separator: "\n"))
        </ul></nav>
        <dl class="terms">
        \(rows.joined(separator: "\n"))
        </dl>
        """)
    passages = entries.map {
      SearchIndex.Passage(
        id: $0.anchor, title: $0.names.joined(separator: ", "),
        text: HTMLText.plain(HTMLText.inline($0.meaning)))
    }
  }

  /// A meaning as HTML, in which a word in italics leads to its own row.
  static func linked(_ meaning: String, in glossary: Glossary) -> String {
    HTMLText.inline(meaning).replacing(/<em>([^<]+)<\/em>/) { match in
      let word = HTMLText.unescaped(String(match.output.1))
      guard let entry = entry(of: word, in: glossary) else { return String(match.output.0) }
      return "<a href=\"#\(entry.anchor)\">\(match.output.1)</a>"
    }
  }

  /// The row of a word as it stands, or without the ending of a plural, an owner or a verb.
  private static func entry(of word: String, in glossary: Glossary) -> Glossary.Entry? {
    let stems =
      [word] + ["s", "'s", "ing", "ed"].filter(word.hasSuffix).map { String(word.dropLast($0.count)) }
    return (stems + stems.map { $0 + "e" }).lazy.compactMap { glossary.entry(of: $0) }.first
  }
}
