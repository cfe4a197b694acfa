extension PanelPainter {
  /// Lines and reference lines.
  func paintLines(_ mark: Mark, _ styles: [SeriesStyle], _ axes: Axes, into scene: inout Scene) {
    guard let style = styles.first else { return }
    switch mark {
    case .line(let line):
      let stroke = Scene.Stroke(style.paint, Theme.lineWidth, dashes: Theme.dashes(style.dash))
      scene.stroke(Path(linePoints(line, axes)), stroke, .data, clip: clip)
    case .reference(let reference):
      let paint = reference.color == nil ? Theme.muted : style.paint
      let stroke = Scene.Stroke(paint, 1.3, dashes: Theme.dashes(reference.dash, width: 1.3))
      scene.stroke(Path(referencePoints(reference, axes)), stroke, .shading, clip: clip)
    default: break
    }
  }

  /// Markers of lines and points of scatters; a point outside the domain is left out.
  func paintPoints(_ mark: Mark, _ styles: [SeriesStyle], _ axes: Axes, into scene: inout Scene) {
    guard let style = styles.first else { return }
    var (x, y): ([Double], [Double])
    var radius = 3.6
    switch mark {
    case .line(let line) where line.markers: (x, y) = (line.x, line.y)
    case .scatter(let scatter):
      (x, y) = (scatter.x, scatter.y)
      radius = x.count > 400 ? 1.8 : x.count > 80 ? 2.8 : 4
    default: return
    }
    let rim = radius > 3 ? Scene.Stroke(Theme.background, 1) : nil
    for (x, y) in zip(x, y) where axes.contains(x, y) {
      let path = Self.marker(style.ordinal, axes.point(x, y), radius)
      scene.items.append(
        Scene.Item(shape: .path(path, fill: style.paint, stroke: rim), role: .data, clip: nil))
    }
  }

  func linePoints(_ line: Mark.Line, _ axes: Axes) -> [Point] {
    guard line.joining == .step else { return axes.points(line.x, line.y) }
    var points: [Point] = []
    for (index, y) in line.y.enumerated() {
      points.append(axes.point(line.x[index], y))
      if index + 1 < line.x.count { points.append(axes.point(line.x[index + 1], y)) }
    }
    return points
  }

  func referencePoints(_ reference: Mark.Reference, _ axes: Axes) -> [Point] {
    switch reference.course {
    case .horizontal(let y):
      return [Point(plot.x, axes.y.position(y)), Point(plot.maxX, axes.y.position(y))]
    case .vertical(let x):
      return [Point(axes.x.position(x), plot.y), Point(axes.x.position(x), plot.maxY)]
    case .diagonal(let slope, let intercept):
      return [axes.x.low, axes.x.high].map { axes.point($0, slope * $0 + intercept) }
    }
  }

  /// What text in the plot should keep off: the course of everything drawn thin.
  func dataLines() -> [[Point]] {
    guard let x = layout.x?.scale, let y = layout.y?.scale else { return [] }
    let axes = Axes(x: x, y: y)
    return panel.marks.map { mark in
      switch mark {
      case .line(let line): linePoints(line, axes)
      case .reference(let reference): referencePoints(reference, axes)
      default: []
      }
    } + numberLineArrows(axes)
  }

  /// The areas of points and markers.
  func markerRects() -> [Rect] {
    guard let x = layout.x?.scale, let y = layout.y?.scale else { return [] }
    let axes = Axes(x: x, y: y)
    return panel.marks.flatMap { mark -> [Rect] in
      switch mark {
      case .line(let line) where line.markers: around(axes, line.x, line.y)
      case .scatter(let scatter): around(axes, scatter.x, scatter.y)
      default: []
      }
    }
  }

  private func around(_ axes: Axes, _ xs: [Double], _ ys: [Double]) -> [Rect] {
    axes.points(xs, ys).map { Rect(x: $0.x - 4, y: $0.y - 4, width: 8, height: 8) }
  }

  /// What text in the plot should keep off: points, bars and cells.
  func dataRects() -> [Rect] {
    guard let x = layout.x?.scale, let y = layout.y?.scale else { return [] }
    let axes = Axes(x: x, y: y)
    return markerRects()
      + panel.marks.flatMap { mark -> [Rect] in
        switch mark {
        case .annotation(let note): around(axes, [note.x], [note.y])
        case .histogram(let histogram): histogramRects(histogram, axes)
        case .bars(let bars): barRects(bars, axes).joined().map { $0 }
        default: []
        }
      }
  }
}
