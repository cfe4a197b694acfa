/// A figure as a list of things to draw, in order: what both Cairo and the terminal preview draw from.
package struct Scene: Hashable, Codable, Sendable {
  /// How an outline is drawn.
  package struct Stroke: Hashable, Codable, Sendable {
    package var paint: Paint
    package var width: Double
    /// Lengths of strokes and gaps in turn; empty for an unbroken line.
    package var dashes: [Double] = []

    init(_ paint: Paint, _ width: Double, dashes: [Double] = []) {
      (self.paint, self.width, self.dashes) = (paint, width, dashes)
    }
  }

  /// What a thing is there for; the preview leaves out what is not data.
  package enum Role: String, Hashable, Codable, Sendable {
    case furniture
    case shading
    case data
  }

  package enum Shape: Hashable, Codable, Sendable {
    case path(Path, fill: Paint?, stroke: Stroke?)
    case text(TextRun)
    /// Cells of equal size that fill a rectangle without seams, row by row.
    case cells([Paint], columns: Int, Rect)
  }

  package struct Item: Hashable, Codable, Sendable {
    package var shape: Shape
    package var role: Role
    package var clip: Rect?
  }

  package var size: Size
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
