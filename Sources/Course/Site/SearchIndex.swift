/// The text of every page, by headings, for the search: a script, since a page opened from a file can fetch nothing.
package struct SearchIndex: Sendable {
  /// The text under a heading.
  package struct Passage: Hashable, Sendable {
    /// The id of the heading; empty for the beginning of a page.
    package let id: String
    /// The heading, as plain text; empty for the beginning of a page.
    package let title: String
    /// The text, as plain text.
    package var text: String

    /// Creates a passage.
    package init(id: String, title: String, text: String) {
      (self.id, self.title, self.text) = (id, title, text)
    }

    /// The passage with characters in place of entities, and with single spaces.
    var finished: Passage {
      let words = HTMLText.unescaped(text).split(whereSeparator: \.isWhitespace)
      return Passage(id: id, title: title, text: words.joined(separator: " "))
    }
  }

  private var entries: [String] = []

  /// Creates an empty index.
  package init() {}

  /// Adds a page's passages.
  package mutating func add(_ passages: [Passage], of file: String, title: String) {
    for passage in passages where !passage.text.isEmpty || !passage.title.isEmpty {
      let address = passage.id.isEmpty ? file : "\(file)#\(passage.id)"
      entries.append(
        "[" + [address, title, passage.title, passage.text].map(HTMLText.script).joined(separator: ",") + "]")
    }
  }

  /// The script that the search page loads: its data.
  package var asset: SiteAsset {
    SiteAsset(
      path: "assets/data/search.js",
      text: "(window.QAT = window.QAT || {}).index = [\n\(entries.joined(separator: ",\n"))\n];\n")
  }
}
