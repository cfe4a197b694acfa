/// A point on the page, in units of points: x to the right, y downwards.
package struct Point: Hashable, Codable, Sendable {
  package var x: Double
  package var y: Double

  package init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }

  /// The Euclidean distance.
  func distance(to other: Point) -> Double {
    ((x - other.x) * (x - other.x) + (y - other.y) * (y - other.y)).squareRoot()
  }

  func translated(by dx: Double, _ dy: Double) -> Point { Point(x + dx, y + dy) }
}

/// A rectangle on the page in points.
package struct Rect: Hashable, Codable, Sendable {
  package var x: Double
  package var y: Double
  package var width: Double
  package var height: Double

  package init(x: Double, y: Double, width: Double, height: Double) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  /// Creates the rectangle with two opposite corners.
  init(_ a: Point, _ b: Point) {
    self.init(x: min(a.x, b.x), y: min(a.y, b.y), width: abs(a.x - b.x), height: abs(a.y - b.y))
  }

  package var maxX: Double { x + width }
  package var maxY: Double { y + height }
  package var midX: Double { x + width / 2 }
  package var midY: Double { y + height / 2 }

  /// Whether the rectangles share area; touching edges do not count.
  package func intersects(_ other: Rect) -> Bool {
    x < other.maxX && other.x < maxX && y < other.maxY && other.y < maxY
  }

  package func contains(_ other: Rect) -> Bool {
    x <= other.x && y <= other.y && other.maxX <= maxX && other.maxY <= maxY
  }

  package func contains(_ point: Point) -> Bool {
    x <= point.x && point.x <= maxX && y <= point.y && point.y <= maxY
  }

  /// The rectangle enlarged on every side; a negative margin shrinks it.
  package func grown(by margin: Double) -> Rect {
    Rect(x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin)
  }

  func translated(by dx: Double, _ dy: Double) -> Rect {
    Rect(x: x + dx, y: y + dy, width: width, height: height)
  }

  /// The point of the rectangle that is nearest to `point`.
  func nearest(to point: Point) -> Point {
    Point(min(max(point.x, x), maxX), min(max(point.y, y), maxY))
  }
}

/// An outline of straight lines and Bézier curves.
package struct Path: Hashable, Codable, Sendable {
  package enum Element: Hashable, Codable, Sendable {
    case move(Point)
    case line(Point)
    case curve(Point, Point, Point)
    case close
  }

  package var elements: [Element] = []

  package init() {}

  /// Creates straight lines through points.
  package init(_ points: [Point], closed: Bool = false) {
    guard let first = points.first else { return }
    elements = [.move(first)] + points.dropFirst().map { .line($0) } + (closed ? [.close] : [])
  }

  /// Creates the outline of a rectangle.
  package init(_ rect: Rect) {
    self.init(
      [
        Point(rect.x, rect.y), Point(rect.maxX, rect.y), Point(rect.maxX, rect.maxY),
        Point(rect.x, rect.maxY),
      ], closed: true)
  }

  /// Creates the outline of a rectangle with round corners.
  init(_ rect: Rect, radius: Double) {
    let r = min(radius, rect.width / 2, rect.height / 2)
    let k = r * (1 - Self.circle)
    let (left, right, top, bottom) = (rect.x, rect.maxX, rect.y, rect.maxY)
    elements = [
      .move(Point(left + r, top)), .line(Point(right - r, top)),
      .curve(Point(right - k, top), Point(right, top + k), Point(right, top + r)),
      .line(Point(right, bottom - r)),
      .curve(Point(right, bottom - k), Point(right - k, bottom), Point(right - r, bottom)),
      .line(Point(left + r, bottom)),
      .curve(Point(left + k, bottom), Point(left, bottom - k), Point(left, bottom - r)),
      .line(Point(left, top + r)),
      .curve(Point(left, top + k), Point(left + k, top), Point(left + r, top)), .close,
    ]
  }

  /// Creates a circle.
  init(circleAt center: Point, radius: Double) {
    self.init(
      Rect(x: center.x - radius, y: center.y - radius, width: 2 * radius, height: 2 * radius),
      radius: radius)
  }

  /// The length of a Bézier curve's handles for a quarter of a unit circle.
  private static let circle = 0.552_284_749_8

  /// The points along the outline, one list for each `move`; a curve becomes eight chords.
  package func polylines() -> [[Point]] {
    var lines: [[Point]] = []
    for element in elements {
      switch element {
      case .move(let point): lines.append([point])
      case .line(let point): lines.indices.last.map { lines[$0].append(point) }
      case .curve(let c1, let c2, let end):
        guard let last = lines.indices.last, let start = lines[last].last else { continue }
        for step in 1...8 {
          let t = Double(step) / 8
          let u = 1 - t
          let (a, b, c, d) = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
          lines[last].append(
            Point(
              a * start.x + b * c1.x + c * c2.x + d * end.x, a * start.y + b * c1.y + c * c2.y + d * end.y))
        }
      case .close:
        if let last = lines.indices.last, let start = lines[last].first { lines[last].append(start) }
      }
    }
    return lines
  }
}
