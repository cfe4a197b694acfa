/// Finds room for text: never on other text, and off the data where possible.
struct LabelPlacer {
  /// The area where text may stand.
  let area: Rect
  /// The boxes of the text placed so far.
  private(set) var boxes: [Rect] = []
  // Whether each cell of the area holds data; text covers such a cell only if it must.
  private var occupied: [Bool]
  private let columns: Int
  private let rows: Int

  private static let cell = 4.0
  private static let margin = 2.0

  init(area: Rect) {
    self.area = area
    columns = max(1, Int((area.width / Self.cell).rounded(.up)))
    rows = max(1, Int((area.height / Self.cell).rounded(.up)))
    occupied = [Bool](repeating: false, count: columns * rows)
  }

  /// Keeps other text away from `box`.
  mutating func reserve(_ box: Rect) { boxes.append(box) }

  /// Marks the cells along a line as data.
  mutating func occupy(line: [Point]) {
    if let only = line.first, line.count == 1 { occupy(only) }
    for (a, b) in zip(line, line.dropFirst()) {
      let steps = min(max(1, Int(a.distance(to: b) / (Self.cell / 2))), 4000)
      for step in 0...steps {
        let t = Double(step) / Double(steps)
        occupy(Point(a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t))
      }
    }
  }

  private mutating func occupy(_ point: Point) {
    guard area.contains(point) else { return }
    let column = min(Int((point.x - area.x) / Self.cell), columns - 1)
    let row = min(Int((point.y - area.y) / Self.cell), rows - 1)
    occupied[row * columns + column] = true
  }

  /// Marks the cells of a rectangle as data.
  mutating func occupy(rect: Rect) {
    guard let (across, down) = cells(rect) else { return }
    for row in down { for column in across { occupied[row * columns + column] = true } }
  }

  /// The share of a box that covers data.
  func coverage(of box: Rect) -> Double {
    guard let (across, down) = cells(box) else { return 0 }
    var covered = 0
    for row in down { for column in across where occupied[row * columns + column] { covered += 1 } }
    return Double(covered) / Double(across.count * down.count)
  }

  /// The columns and rows of cells that a rectangle covers; nil outside the area.
  private func cells(_ rect: Rect) -> (ClosedRange<Int>, ClosedRange<Int>)? {
    let left = max(0, Int(((rect.x - area.x) / Self.cell).rounded(.down)))
    let right = min(columns - 1, Int(((rect.maxX - area.x) / Self.cell).rounded(.down)))
    let top = max(0, Int(((rect.y - area.y) / Self.cell).rounded(.down)))
    let bottom = min(rows - 1, Int(((rect.maxY - area.y) / Self.cell).rounded(.down)))
    return left <= right && top <= bottom ? (left...right, top...bottom) : nil
  }

  /// Whether a box lies in the area and covers no other text.
  func isFree(_ box: Rect) -> Bool {
    area.contains(box) && !boxes.contains { $0.intersects(box.grown(by: Self.margin)) }
  }

  /// Reserves and returns the cheapest free candidate; 40 times the share on data is added to its cost.
  mutating func place(_ candidates: [(box: Rect, cost: Double)], upTo limit: Double = .infinity) -> Rect? {
    var best: (box: Rect, cost: Double)?
    for candidate in candidates where candidate.cost < best?.cost ?? limit && isFree(candidate.box) {
      let cost = candidate.cost + 40 * coverage(of: candidate.box)
      if cost < best?.cost ?? limit { best = (candidate.box, cost) }
    }
    if let best { reserve(best.box) }
    return best?.box
  }

  /// Boxes of a size around a point, then all over the area; the cost grows with the distance.
  func candidates(around point: Point, size: Size) -> [(box: Rect, cost: Double)] {
    var candidates: [(box: Rect, cost: Double)] = []
    for distance in [9.0, 16, 26, 40, 58, 80] {
      for (dx, dy) in [
        (0.7, -0.7), (-0.7, -0.7), (0.7, 0.7), (-0.7, 0.7), (0, -1), (0, 1), (1, 0), (-1, 0),
      ] {
        let nearest = point.translated(by: dx * distance, dy * distance)
        let x = dx == 0 ? nearest.x - size.width / 2 : dx > 0 ? nearest.x : nearest.x - size.width
        let y = dy == 0 ? nearest.y - size.height / 2 : dy > 0 ? nearest.y : nearest.y - size.height
        candidates.append((Rect(x: x, y: y, width: size.width, height: size.height), distance / 5))
      }
    }
    for y in stride(from: area.y, through: area.maxY - size.height, by: 6) {
      for x in stride(from: area.x, through: area.maxX - size.width, by: 12) {
        let box = Rect(x: x, y: y, width: size.width, height: size.height)
        let distance = box.nearest(to: point).distance(to: point)
        if distance > 9 { candidates.append((box, 4 + distance / 5)) }
      }
    }
    return candidates
  }
}
