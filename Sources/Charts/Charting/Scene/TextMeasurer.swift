/// How wide text is, so that layout knows no fonts: Cairo's answer for figures, a simple rule for tests.
package struct TextMeasurer: Sendable {
  package let width: @Sendable (String, Font) -> Double

  package init(width: @escaping @Sendable (String, Font) -> Double) { self.width = width }

  /// Every character is 0.6 of the size wide.
  package static let monospaced = TextMeasurer { text, font in 0.6 * font.size * Double(text.count) }

  /// Where the horizontal place of a text is measured.
  enum Alignment {
    case left, center, right
  }

  /// A line of text whose left end, middle or right end is at `point`, on the baseline.
  func run(
    _ text: String, _ font: Font, _ paint: Paint, at point: Point, _ alignment: Alignment = .left
  ) -> TextRun {
    let width = width(text, font)
    let shift =
      switch alignment {
      case .left: 0.0
      case .center: -width / 2
      case .right: -width
      }
    return TextRun(text: text, font: font, paint: paint, origin: point.moved(by: shift, 0), width: width)
  }

  /// The text cut at spaces, and at newlines in any case, so that each line is at most `width` wide.
  ///
  /// A single word that is wider stays whole.
  func wrapped(_ text: String, _ font: Font, width: Double) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { paragraph -> [String] in
      var lines: [String] = []
      for word in paragraph.split(separator: " ") {
        if let last = lines.last, self.width("\(last) \(word)", font) <= width {
          lines[lines.count - 1] = "\(last) \(word)"
        } else {
          lines.append(String(word))
        }
      }
      return lines.isEmpty ? [""] : lines
    }
  }
}
