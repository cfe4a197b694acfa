/// A figure as a display list, from back to front, for Cairo and for the terminal preview.
package struct Scene: Hashable, Codable, Sendable {
  /// The look of an outline.
  package struct Stroke: Hashable, Codable, Sendable {
    package var paint: Paint
    package var width: Double
    /// The lengths of dashes and gaps in turn; empty for an unbroken line.
    package var dashes: [Double] = []

    init(_ paint: Paint, _ width: Double, dashes: [Double] = []) {
      (self.paint, self.width, self.dashes) = (paint, width, dashes)
    }
  }

  /// The purpose of an item; the preview leaves out furniture.
  package enum Role: String, Hashable, Codable, Sendable {
    /// Axes, grid, legend and text.
    case furniture
    /// Regions, bands, buckets and reference lines.
    case shading
    /// Lines, points, bars, cells and boxes.
    case data
  }

  /// A shape to draw.
  package enum Shape: Hashable, Codable, Sendable {
    case path(Path, fill: Paint?, stroke: Stroke?)
    case text(TextRun)
    /// Cells of equal size that fill a rectangle without seams, row by row.
    case cells([Paint], columns: Int, Rect)
  }

  /// A shape with its purpose, clipped to a rectangle if there is one.
  package struct Item: Hashable, Codable, Sendable {
    package var shape: Shape
    package var role: Role
    package var clip: Rect?
  }

  package var size: Size
  package var background = Theme.background
  package var items: [Item] = []

  package init(size: Size) { self.size = size }

  mutating func fill(_ path: Path, _ paint: Paint, _ role: Role = .data, clip: Rect? = nil) {
    items.append(Item(shape: .path(path, fill: paint, stroke: nil), role: role, clip: clip))
  }

  mutating func stroke(_ path: Path, _ stroke: Stroke, _ role: Role = .data, clip: Rect? = nil) {
    items.append(Item(shape: .path(path, fill: nil, stroke: stroke), role: role, clip: clip))
  }

  mutating func text(_ run: TextRun) {
    items.append(Item(shape: .text(run), role: .furniture, clip: nil))
  }
}

/// An sRGB colour with its opacity, each component from 0 to 1.
package struct Paint: Hashable, Codable, Sendable {
  package var red: Double
  package var green: Double
  package var blue: Double
  package var alpha: Double

  init(red: Double, green: Double, blue: Double, alpha: Double = 1) {
    (self.red, self.green, self.blue, self.alpha) = (red, green, blue, alpha)
  }

  /// Creates a colour from 0xRRGGBB.
  init(_ hex: UInt32, alpha: Double = 1) {
    red = Double(hex >> 16 & 255) / 255
    green = Double(hex >> 8 & 255) / 255
    blue = Double(hex & 255) / 255
    self.alpha = alpha
  }

  func with(alpha: Double) -> Paint { Paint(red: red, green: green, blue: blue, alpha: alpha) }

  /// The linear interpolation between two colours: `self` at share 0, `other` at 1.
  func mixed(with other: Paint, _ share: Double) -> Paint {
    Paint(
      red: red + (other.red - red) * share, green: green + (other.green - green) * share,
      blue: blue + (other.blue - blue) * share, alpha: alpha + (other.alpha - alpha) * share)
  }

  /// The relative luminance, from 0 to 1.
  ///
  /// Source: W3C, WCAG 2.1, "relative luminance".
  var luminance: Double {
    0.2126 * Self.linear(red) + 0.7152 * Self.linear(green) + 0.0722 * Self.linear(blue)
  }

  /// The linear value of a component: the sRGB curve, off by 0.002 at most, which is enough for contrasts.
  static func linear(_ part: Double) -> Double {
    part * (part * (0.305_306_011 * part + 0.682_171_111) + 0.012_522_878)
  }

  /// The contrast with another colour, from 1 for the same luminance to 21 for black and white.
  ///
  /// Source: W3C, WCAG 2.1, "contrast ratio".
  package func contrast(with other: Paint) -> Double {
    let (a, b) = (luminance + 0.05, other.luminance + 0.05)
    return max(a, b) / min(a, b)
  }
}
