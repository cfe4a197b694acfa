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

  func moved(by dx: Double, _ dy: Double) -> TextRun {
    var run = self
    run.origin = origin.moved(by: dx, dy)
    return run
  }
}
