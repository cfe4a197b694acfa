/// The size and weight of text; the face is the system's sans serif.
package struct Font: Hashable, Codable, Sendable {
  package var size: Double
  package var bold = false

  package init(_ size: Double, bold: Bool = false) { (self.size, self.bold) = (size, bold) }

  // Shares of the size that hold for the common sans serif faces.
  var ascent: Double { 0.78 * size }
  var descent: Double { 0.23 * size }
  var lineHeight: Double { (1.3 * size).rounded() }
}

/// One line of text at its place on the page.
package struct TextRun: Hashable, Codable, Sendable {
  package var text: String
  package var font: Font
  package var paint: Paint
  /// The left end of the baseline.
  package var origin: Point
  package var width: Double
  /// Whether a white rim keeps it readable on top of data.
  package var halo = false

  /// The area it covers.
  package var box: Rect {
    Rect(x: origin.x, y: origin.y - font.ascent, width: width, height: font.ascent + font.descent)
  }

  func translated(by dx: Double, _ dy: Double) -> TextRun {
    var run = self
    run.origin = origin.translated(by: dx, dy)
    return run
  }
}

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
    return TextRun(text: text, font: font, paint: paint, origin: point.translated(by: shift, 0), width: width)
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
