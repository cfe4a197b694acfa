/// A drawing in braille characters, each two dots wide and four dots high.
struct BrailleCanvas {
  let columns: Int
  let rows: Int
  private var bits: [UInt8]
  private var styles: [StyledText.Style]

  init(columns: Int, rows: Int) {
    (self.columns, self.rows) = (columns, rows)
    bits = [UInt8](repeating: 0, count: columns * rows)
    styles = [StyledText.Style](repeating: .plain, count: columns * rows)
  }

  var width: Int { 2 * columns }
  var height: Int { 4 * rows }

  /// Sets the dot `x` from the left and `y` from the top; a dot outside the canvas is ignored.
  mutating func set(_ x: Int, _ y: Int, _ style: StyledText.Style = .plain) {
    guard x >= 0, y >= 0, x < width, y < height else { return }
    let cell = y / 4 * columns + x / 2
    // The dots of a braille character are numbered down the left column, then down the right, but the last row
    // comes after both.
    let bit: [UInt8] = [0x01, 0x02, 0x04, 0x40, 0x08, 0x10, 0x20, 0x80]
    bits[cell] |= bit[x % 2 * 4 + y % 4]
    styles[cell] = style
  }

  /// Sets the dots along a line between two points in dots; `dashes` are lengths in dots.
  mutating func line(_ from: Point, _ to: Point, _ style: StyledText.Style, dashes: [Int] = []) {
    guard let (from, to) = clipped(from, to) else { return }
    let steps = max(1, Int(max(abs(to.x - from.x), abs(to.y - from.y)).rounded(.up)))
    let period = dashes.reduce(0, +)
    for step in 0...steps {
      let t = Double(step) / Double(steps)
      let point = Point(from.x + (to.x - from.x) * t, from.y + (to.y - from.y) * t)
      let (x, y) = (Int(point.x.rounded(.down)), Int(point.y.rounded(.down)))
      // The pattern depends on the position, so that short pieces of one line continue it.
      if period > 0, (x + y) % period >= dashes[0] { continue }
      set(x, y, style)
    }
  }

  /// Sets four dots at the center of an outline.
  mutating func dot(_ outline: [Point], _ style: StyledText.Style) {
    guard let left = outline.map(\.x).min(), let right = outline.map(\.x).max(),
      let top = outline.map(\.y).min(), let bottom = outline.map(\.y).max()
    else { return }
    let x = Int((left / 2 + right / 2 - 0.5).rounded())
    let y = Int((top / 2 + bottom / 2 - 0.5).rounded())
    for (dx, dy) in [(0, 0), (-1, 0), (0, -1), (-1, -1)] { set(x + dx, y + dy, style) }
  }

  /// Sets the dots whose centers lie in a polygon, and at least one dot; with a screen, those of the screen alone.
  mutating func fill(_ polygon: [Point], _ style: StyledText.Style, screen: DotScreen? = nil) {
    guard let left = polygon.map(\.x).min(), let right = polygon.map(\.x).max() else { return }
    var isEmpty = true
    let middles = (Int(max(left, 0))...max(Int(max(left, 0)), Int(min(right, Double(width)))))
    for x in middles where Double(x) + 0.5 >= left && Double(x) + 0.5 <= right {
      if fillColumn(x, Double(x) + 0.5, polygon, style, screen) { isEmpty = false }
    }
    if isEmpty, screen == nil {
      // Thinner than a dot: the column through the middle, so that a lone bar is not lost.
      let middle = left / 2 + right / 2
      if !fillColumn(Int(middle.rounded(.down)), middle, polygon, style, nil),
        let y = polygon.map(\.y).min()
      {
        set(Int(middle.rounded(.down)), min(Int(y.rounded(.down)), height - 1), style)
      }
    }
  }

  /// Fills the dots of one column between the crossings of a polygon with the vertical at `x`.
  ///
  /// - Returns: Whether a dot was set.
  private mutating func fillColumn(
    _ column: Int, _ x: Double, _ polygon: [Point], _ style: StyledText.Style, _ screen: DotScreen?
  ) -> Bool {
    var crossings: [Double] = []
    for (a, b) in zip(polygon, polygon.dropFirst() + polygon.prefix(1)) where (a.x <= x) != (b.x <= x) {
      crossings.append(a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x))
    }
    crossings.sort()
    var isSet = false
    for index in stride(from: 0, to: crossings.count - 1, by: 2) {
      let top = max(Int((crossings[index]).rounded()), 0)
      let bottom = min(Int((crossings[index + 1]).rounded()), height)
      for y in top..<max(top, bottom) where screen?.has(column, y) ?? true {
        set(column, y, style)
        isSet = true
      }
    }
    return isSet
  }

  /// The part of a line inside the canvas (Liang–Barsky clipping); nil if there is none.
  private func clipped(_ from: Point, _ to: Point) -> (Point, Point)? {
    var (t0, t1) = (0.0, 1.0)
    let (dx, dy) = (to.x - from.x, to.y - from.y)
    let edges = [
      (-dx, from.x), (dx, Double(width) - 0.001 - from.x), (-dy, from.y),
      (dy, Double(height) - 0.001 - from.y),
    ]
    for (p, q) in edges {
      if p == 0 {
        if q < 0 { return nil }
      } else if p < 0 {
        t0 = max(t0, q / p)
      } else {
        t1 = min(t1, q / p)
      }
    }
    guard t0 <= t1 else { return nil }
    return (from.translated(by: dx * t0, dy * t0), from.translated(by: dx * t1, dy * t1))
  }

  /// The characters of one row; of the columns of `guides`, those without a dot have a dotted line.
  func line(_ row: Int, guides: Set<Int> = []) -> StyledText {
    var text = StyledText()
    for column in 0..<columns {
      let cell = row * columns + column
      if bits[cell] == 0 {
        text.append(guides.contains(column) ? "┊" : " ", guides.contains(column) ? .dim : .plain)
      } else {
        text.append(String(Character(Unicode.Scalar(0x2800 + UInt32(bits[cell])) ?? " ")), styles[cell])
      }
    }
    return text
  }
}

/// Dots far apart, which shade an area lightly; four screens have no dot in common.
struct DotScreen {
  private let x: Int
  private let y: Int

  /// The screen of a number from 0; after four they repeat.
  init(_ number: Int) {
    (x, y) = [(0, 0), (2, 2), (2, 0), (0, 2)][number % 4]
  }

  func has(_ x: Int, _ y: Int) -> Bool { x % 4 == self.x && y % 4 == self.y }

  /// How the screen looks in a legend.
  var sample: String {
    var canvas = BrailleCanvas(columns: 4, rows: 1)
    canvas.fill([Point(0, 0), Point(8, 0), Point(8, 4), Point(0, 4)], .plain, screen: self)
    return canvas.line(0).rendered(color: false)
  }
}
