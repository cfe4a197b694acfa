/// Markdown as HTML, by pandoc.
package enum Pandoc {
  /// What reads the book's pages: GitHub's Markdown with formulas between dollars.
  static let reader = "gfm+tex_math_dollars"

  /// A page's Markdown as a fragment of HTML 5 with formulas in MathML.
  ///
  /// - Throws: ``SiteError`` if pandoc is missing, fails, or cannot set a formula.
  package static func html(_ markdown: String, of page: String) throws -> String {
    let (html, warnings) = try Tool.pandoc.run(
      ["--from", reader, "--to", "html5", "--mathml", "--wrap=none", "--no-highlight"],
      input: withFormulas(markdown), for: "the site")
    guard warnings.isEmpty else { throw SiteError("pandoc warns of \(page): \(warnings)") }
    return html
  }

  /// The text with spaces and braces in formulas as TeX has them; for GitHub they had other names.
  package static func withFormulas(_ markdown: String) -> String {
    let names = [
      ("thinspace", ","), ("medspace", ":"), ("thickspace", ";"), ("negthinspace", "!"), ("lbrace", "{"),
      ("rbrace", "}"),
    ]
    return names.reduce(markdown) { $0.replacing("\\\($1.0)", with: "\\\($1.1)") }
  }
}
