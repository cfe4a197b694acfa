/// Lays out the text inside a plot: labels of reference lines, annotations, and names of points.
struct NoteLayoutEngine {
  private let plot: Rect
  private let axes: Axes
  private let measurer: TextMeasurer
  private var placer: LabelPlacer

  init(plot: Rect, axes: Axes, measurer: TextMeasurer) {
    (self.plot, self.axes, self.measurer) = (plot, axes, measurer)
    // Apart from the axis below, and up to both sides.
    placer = LabelPlacer(area: Rect(x: plot.x - 1, y: plot.y, width: plot.width + 2, height: plot.height - 3))
  }

  /// The notes at marks, off the data and off the text that stands at it.
  ///
  /// - Throws: ``ChartError/invalid(mark:what:)`` if no room is left for an annotation.
  mutating func layout(
    _ marks: [MarkLayout], numbers: [TextRun]
  ) throws(ChartError) -> [PanelLayout.Note] {
    for mark in marks {
      for line in mark.geometry.lines { placer.occupy(line: line) }
      for rect in mark.geometry.rects { placer.occupy(rect: rect) }
      for run in mark.geometry.text { placer.reserve(run.box) }
    }
    for run in numbers { placer.reserve(run.box) }
    var notes: [PanelLayout.Note] = []
    for mark in marks {
      if case .reference(let line) = mark.mark, let label = line.label, let style = mark.styles.first {
        notes += reference(line, label, style).map { [$0] } ?? []
      }
    }
    let markers = marks.flatMap(\.geometry.markerRects)
    for mark in marks {
      if case (.annotation(let annotation), .annotation(let target)) = (mark.mark, mark.geometry),
        let style = mark.styles.first
      {
        notes.append(try note(annotation.text, at: plot.nearest(to: target), style, markers))
      }
    }
    for mark in marks {
      if case (.scatter(let scatter), .scatter(let points)) = (mark.mark, mark.geometry) {
        for (name, point) in zip(scatter.names, points) {
          notes += self.name(name, at: point).map { [$0] } ?? []
        }
      }
    }
    return notes
  }

  /// The lines of a text, with their common size.
  private func block(_ text: String) -> (lines: [String], size: Size) {
    let lines = measurer.wrapped(text, Theme.tick, width: 200)
    let width = lines.map { measurer.width($0, Theme.tick) }.max() ?? 0
    return (lines, Size(width: width, height: Double(lines.count) * 14))
  }

  /// Lines of text in a box.
  private func runs(_ lines: [String], _ box: Rect, _ paint: Paint, _ alignment: TextMeasurer.Alignment)
    -> [TextRun]
  {
    let x = alignment == .left ? box.x : alignment == .right ? box.maxX : box.midX
    return lines.enumerated().map { row, line in
      var run = measurer.run(
        line, Theme.tick, paint, at: Point(x, box.y + Double(row) * 14 + 10.5), alignment)
      run.halo = true
      return run
    }
  }

  /// An annotation, with a line to its target where they are apart.
  private mutating func note(
    _ text: String, at point: Point, _ style: SeriesStyle, _ markers: [Rect]
  ) throws(ChartError) -> PanelLayout.Note {
    let (lines, size) = block(text)
    guard let box = placer.place(placer.candidates(around: point, size: size)) else {
      throw .invalid(
        mark: "annotation “\(text)”",
        what: "no room is left for its text: make the chart larger, or write less")
    }
    let alignment: TextMeasurer.Alignment =
      box.x >= point.x ? .left : box.maxX <= point.x ? .right : .center
    let leader = leader(from: box, to: point, isMarked: markers.contains { $0.contains(point) })
    if let leader { placer.occupy(line: leader) }
    return PanelLayout.Note(lines: runs(lines, box, style.textPaint, alignment), box: box, leader: leader)
  }

  /// A line from a text to its target, where they are apart; the line stops short of a marker.
  private func leader(from box: Rect, to point: Point, isMarked: Bool) -> [Point]? {
    let start = box.grown(by: 2).nearest(to: point)
    let distance = start.distance(to: point)
    guard distance > (isMarked ? 14 : 8) else { return nil }
    let share = isMarked ? (distance - 6) / distance : 1
    return [start, start.translated(by: (point.x - start.x) * share, (point.y - start.y) * share)]
  }

  /// The name of a point, close to it; nil if there is no room.
  private mutating func name(_ name: String, at point: Point) -> PanelLayout.Note? {
    guard placer.area.contains(point) else { return nil }
    let size = Size(width: measurer.width(name, Theme.tick), height: 14)
    let near = placer.candidates(around: point, size: size).prefix(16)
    guard let box = placer.place(Array(near)) else { return nil }
    return PanelLayout.Note(lines: runs([name], box, Theme.foreground, .left), box: box, leader: nil)
  }

  /// The label of a reference line: beside the line, or elsewhere with a line to it.
  private mutating func reference(
    _ reference: Mark.Reference, _ label: String, _ style: SeriesStyle
  ) -> PanelLayout.Note? {
    let (lines, size) = block(label)
    let (x, y) = (axes.x, axes.y)
    let found =
      switch reference.course {
      case .horizontal(let value): y.contains(value) ? beside(horizontal: y.position(value), size) : nil
      case .vertical(let value): x.contains(value) ? beside(vertical: x.position(value), size) : nil
      case .diagonal(let slope, let intercept): beside(slope, intercept, size)
      }
    guard let found else { return nil }
    if let box = placer.place(found.candidates) {
      return PanelLayout.Note(lines: runs(lines, box, style.textPaint, .left), box: box, leader: nil)
    }
    guard let box = placer.place(placer.candidates(around: found.anchor, size: size)) else { return nil }
    let leader = leader(from: box, to: found.anchor, isMarked: true)
    return PanelLayout.Note(lines: runs(lines, box, style.textPaint, .left), box: box, leader: leader)
  }

  /// Boxes beside a line, and the point of the line that a distant label points at.
  private typealias Beside = (candidates: [(box: Rect, cost: Double)], anchor: Point)

  private func beside(horizontal line: Double, _ size: Size) -> Beside {
    let candidates = (0...10).flatMap { step -> [(box: Rect, cost: Double)] in
      let left = plot.maxX - size.width - (plot.width - size.width) * Double(step) / 10
      return [
        (box(left, line - size.height - 4, size), Double(step)),
        (box(left, line + 5, size), Double(step) + 1.5),
      ]
    }
    return (candidates, Point(plot.maxX, line))
  }

  private func beside(vertical line: Double, _ size: Size) -> Beside {
    let candidates = (0...10).flatMap { step -> [(box: Rect, cost: Double)] in
      let top = plot.y + 1 + (plot.height - size.height - 2) * Double(step) / 10
      return [
        (box(line + 6, top, size), Double(step)), (box(line - 6 - size.width, top, size), Double(step) + 0.7),
      ]
    }
    return (candidates, Point(line, plot.y))
  }

  /// Boxes off a diagonal: to the lower right and upper left of a rising line, at the other corners of a falling
  /// one.
  private func beside(_ slope: Double, _ intercept: Double, _ size: Size) -> Beside? {
    var candidates: [(box: Rect, cost: Double)] = []
    var anchor: Point?
    for step in 1...15 {
      let across = plot.maxX - plot.width * Double(step) / 16
      let line = Point(across, axes.y.position(slope * axes.x.value(at: across) + intercept))
      guard plot.contains(line) else { continue }
      anchor = anchor ?? line
      let (under, over) = (line.y + 3, line.y - size.height - 3)
      candidates += [
        (box(line.x + 6, slope > 0 ? under : over, size), Double(step)),
        (box(line.x - 6 - size.width, slope > 0 ? over : under, size), Double(step) + 0.7),
      ]
    }
    return anchor.map { (candidates, $0) }
  }

  private func box(_ x: Double, _ y: Double, _ size: Size) -> Rect {
    Rect(x: x, y: y, width: size.width, height: size.height)
  }
}
