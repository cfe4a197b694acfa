/// Formulas as GitHub's Markdown takes them.
///
/// Markdown reads a backslash before punctuation as an escape, and takes it away before the formula is set: `\,` would
/// become a comma. A formula between single dollars has to stand on one line.
enum MarkdownFormula {
  private static let names = [
    ",": "thinspace", ":": "medspace", ";": "thickspace", "!": "negthinspace", "{": "lbrace", "}": "rbrace",
  ]

  /// The text with its formulas rewritten, between dollars and between double dollars.
  static func rewritten(in text: String) -> String {
    text.replacing(#/\$\$[^$]+\$\$|\$[^$]+\$/#) { match in
      let formula = String(match.output)
      let line = formula.hasPrefix("$$") ? formula : formula.replacing("\n", with: " ")
      return line.replacing(#/\\([,:;!{}])(\h*)/#) { escape in
        "\\\(names[String(escape.output.1)] ?? "") "
      }
    }
  }
}
