import Charting
import Testing

@Suite struct MarkLayoutTests {
  /// The layout of a chart's only panel.
  private func panel(_ chart: Chart) throws -> PanelLayout {
    try chart.layout(measurer: .monospaced).panels[0]
  }

  private func axes(_ panel: PanelLayout) throws -> (x: AxisScale, y: AxisScale) {
    (try #require(panel.x).scale, try #require(panel.y).scale)
  }

  @Test func `a staircase has a corner at both ends of each step`() throws {
    let panel = try panel(Chart(marks: [.step(x: [0, 1, 3], y: [2, 5])]))
    let (x, y) = try axes(panel)
    guard case .line(let points, let markers) = panel.marks[0].geometry else {
      Issue.record("no line")
      return
    }
    let corners = [(0.0, 2.0), (1, 2), (1, 5), (3, 5)].map { Point(x.position($0), y.position($1)) }
    #expect(points == corners)
    #expect(markers.isEmpty)
  }

  @Test func `bars of a group stand side by side on zero`() throws {
    let panel = try panel(Chart(marks: [.bars(["a", "b"], series: [.init([1, 2]), .init([-1, 3])])]))
    let zero = try axes(panel).y.position(0)
    guard case .bars(let series) = panel.marks[0].geometry else {
      Issue.record("no bars")
      return
    }
    let rects = Array(series.joined())
    #expect(rects.count == 4)
    for (index, rect) in rects.enumerated() {
      #expect(abs(rect.y - zero) < 1e-9 || abs(rect.maxY - zero) < 1e-9)
      #expect(!rects[..<index].contains { $0.intersects(rect) })
    }
  }

  @Test func `buckets too narrow to see are one stripe, others a stripe each`() throws {
    func stripes(_ codes: ClosedRange<Int>) throws -> [BucketStripe] {
      let buckets = Buckets(scale: 1.0, codes: codes)
      let middles = codes.map(Double.init)
      guard
        case .histogram(_, let stripes) = try panel(Chart(marks: [.histogram(middles, buckets: buckets)]))
          .marks[0].geometry
      else { return [] }
      #expect(zip(stripes, stripes.dropFirst()).allSatisfy { abs($0.rect.maxX - $1.rect.x) < 1e-9 })
      return stripes
    }
    let few = try stripes(-2...1)
    #expect(few.map(\.shade) == [.used, .used, .used, .used] && few.allSatisfy(\.isBucket))
    let many = try stripes(-1000...1000)
    #expect(many.map(\.shade) == [.used] && !many[0].isBucket)
  }

  @Test func `a reference line runs from edge to edge of the plot`() throws {
    let panel = try panel(Chart(marks: [.line(x: [0, 1], y: [0, 1]), .horizontalLine(at: 0.25)]))
    let y = try axes(panel).y.position(0.25)
    #expect(panel.marks[1].geometry == .reference([Point(panel.plot.x, y), Point(panel.plot.maxX, y)]))
  }

  @Test func `a point outside the domain has a position outside the plot, and is not painted`() throws {
    let panel = try panel(
      Chart(x: Axis(domain: 0...1), marks: [.scatter(x: [0, 0.5, 1, 1.01], y: [0, 1, 2, 1])]))
    guard case .scatter(let points) = panel.marks[0].geometry else {
      Issue.record("no points")
      return
    }
    #expect(points.map { $0.x <= panel.plot.maxX + 1e-6 } == [true, true, true, false])
    var layout = try Chart(marks: [.scatter(x: [0], y: [0])]).layout(measurer: .monospaced)
    layout.panels = [panel]
    let painted = layout.scene().items.filter { $0.role == .data }
    #expect(painted.count == 3)
  }

  @Test(arguments: Gallery.charts.map(\.name)) func `a line is painted where the layout has it`(
    _ name: String
  ) throws {
    let chart = try #require(Gallery.charts.first { $0.name == name }).chart
    let layout = try chart.layout(measurer: .monospaced)
    let painted = Set(
      layout.scene().items.compactMap { item -> Path? in
        guard case .path(let path, nil, _) = item.shape else { return nil }
        return path
      })
    for mark in layout.panels.flatMap(\.marks) {
      switch mark.geometry {
      case .line(let points, _), .reference(let points): #expect(painted.contains(Path(points)))
      case .numberLine(let line): #expect(painted.contains(Path(line.ends)))
      default: break
      }
    }
  }

  @Test func `number lines share the height of their panel, the first on top`() throws {
    let panel = try panel(Gallery.numberLine)
    let lines = panel.marks.compactMap { mark -> NumberLineLayout? in
      guard case .numberLine(let line) = mark.geometry else { return nil }
      return line
    }
    #expect(lines.count == 2)
    #expect(lines[0].ends[0].y < lines[1].ends[0].y)
    for line in lines {
      for point in line.points { #expect(panel.plot.contains(point) && point.y < line.ends[0].y) }
      for arrow in line.arrows { #expect(arrow[1].y == line.ends[0].y) }
    }
    #expect(lines[0].names.map(\.point) == lines[0].points)
  }
}
