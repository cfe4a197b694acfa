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

  /// Straight lines through points.
  package init(_ points: [Point], closed: Bool = false) {
    guard let first = points.first else { return }
    elements = [.move(first)] + points.dropFirst().map { .line($0) } + (closed ? [.close] : [])
  }

  package init(_ rect: Rect) {
    self.init(
      [
        Point(rect.x, rect.y), Point(rect.maxX, rect.y), Point(rect.maxX, rect.maxY),
        Point(rect.x, rect.maxY),
      ], closed: true)
  }

  /// A rectangle with round corners.
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

  init(circleAt center: Point, radius: Double) {
    self.init(
      Rect(x: center.x - radius, y: center.y - radius, width: 2 * radius, height: 2 * radius),
      radius: radius)
  }

  /// How far a Bézier curve's handles reach along the tangent for a quarter of a unit circle.
  private static let circle = 0.552_284_749_8

  /// The points along the outline, curves cut into eight chords; one list for each `move`.
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
