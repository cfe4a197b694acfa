/// The size and weight of text; the typeface is the system's sans serif.
package struct Font: Hashable, Codable, Sendable {
  package var size: Double
  package var bold = false

  package init(_ size: Double, bold: Bool = false) { (self.size, self.bold) = (size, bold) }

  // Ratios to the size that hold for common sans serif typefaces.
  var ascent: Double { 0.78 * size }
  var descent: Double { 0.23 * size }
  var lineHeight: Double { (1.3 * size).rounded() }
}

/// One line of text at a position on the page.
package struct TextRun: Hashable, Codable, Sendable {
  package var text: String
  package var font: Font
  package var paint: Paint
  /// The left end of the baseline.
  package var origin: Point
  package var width: Double
  /// Whether a rim in the colour of the background keeps the text readable on top of data.
  package var halo = false

  /// The area that the text covers.
  package var box: Rect {
    Rect(x: origin.x, y: origin.y - font.ascent, width: width, height: font.ascent + font.descent)
  }

  func translated(by dx: Double, _ dy: Double) -> TextRun {
    var run = self
    run.origin = origin.translated(by: dx, dy)
    return run
  }
}

/// Measures the width of text, so that layout depends on no font: by Cairo for figures, by a simple rule in tests.
package struct TextMeasurer: Sendable {
  /// The width of a text in a font, in points.
  package let width: @Sendable (String, Font) -> Double

  /// Creates a measurer from a function.
  package init(width: @escaping @Sendable (String, Font) -> Double) { self.width = width }

  /// A rule without a font: every character is 0.6 of the size wide.
  package static let monospaced = TextMeasurer { text, font in 0.6 * font.size * Double(text.count) }

  /// The part of a text that stands at its point.
  enum Alignment {
    case left, center, right
  }

  /// A line of text whose left end, middle or right end stands at `point`, on the baseline.
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

  /// The lines of a text, broken at newlines, and at spaces so that each line is at most `width` wide.
  ///
  /// A single word wider than `width` stays whole; ``broken(_:_:width:)`` breaks it.
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

extension TextMeasurer {
  /// The lines of a text as ``wrapped(_:_:width:)`` breaks them, with words wider than `width` broken too.
  ///
  /// A line has at least one character.
  func broken(_ text: String, _ font: Font, width: Double) -> [String] {
    wrapped(text, font, width: width).flatMap { line -> [String] in
      var (lines, rest): ([String], Substring) = ([], line[...])
      while self.width(String(rest), font) > width, rest.count > 1 {
        let count = longest(rest.count - 1) { self.width(String(rest.prefix($0)), font) <= width }
        lines.append(String(rest.prefix(max(count, 1))))
        rest = rest.dropFirst(max(count, 1))
      }
      return lines + [String(rest)]
    }
  }

  /// The lines as ``broken(_:_:width:)`` breaks them, at most three: a longer text is elided in the third.
  func shortened(_ text: String, _ font: Font, width: Double) -> [String] {
    let lines = broken(text, font, width: width)
    guard lines.count > 3 else { return lines }
    return lines[..<2] + [elided(lines[2...].joined(separator: " "), font, width: width)]
  }

  /// The text, or as much of its beginning and end around an ellipsis as `width` has room for.
  func elided(_ text: String, _ font: Font, width: Double) -> String {
    guard self.width(text, font) > width else { return text }
    // Labels differ at their end as often as at their beginning.
    func shortened(_ count: Int) -> String { "\(text.prefix(count - count / 3))…\(text.suffix(count / 3))" }
    return shortened(longest(text.count - 1) { self.width(shortened($0), font) <= width })
  }

  /// The largest number up to `most` of characters that fits; 0 if none does.
  private func longest(_ most: Int, _ fits: (Int) -> Bool) -> Int {
    var (low, high) = (0, most)
    while low < high {
      let middle = (low + high + 1) / 2
      if fits(middle) { low = middle } else { high = middle - 1 }
    }
    return low
  }
}
