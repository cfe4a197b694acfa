/// Cairo's SVG, made the same in every run and readable to those who do not see it.
enum SVGText {
  /// Numbers the ids in the text from 1 again, and adds the title and description of the figure.
  ///
  /// Cairo counts some ids through the life of the program, so the second figure would differ from the first.
  static func finished(_ svg: String, provenance: Provenance) -> String {
    var numbers: [Substring: Int] = [:]
    let renumbered = svg.replacing(/(surface|source-|image|mask)([0-9]+)/) { match in
      let number = numbers[match.output.0] ?? numbers.count + 1
      numbers[match.output.0] = number
      return "\(match.output.1)\(number)"
    }
    let parts = [("title", provenance.title), ("desc", provenance.description)]
    let texts = parts.compactMap { tag, text in text.map { "<\(tag)>\(escaped($0))</\(tag)>\n" } }.joined()
    guard !texts.isEmpty, let start = renumbered.firstRange(of: "<svg"),
      let end = renumbered[start.upperBound...].firstRange(of: ">\n")
    else { return renumbered }
    return renumbered[..<end.upperBound] + texts + renumbered[end.upperBound...]
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
