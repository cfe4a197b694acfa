extension PanelPainter {
  private var hasHeatMap: Bool {
    layout.marks.contains { mark in
      if case .heatMap = mark.geometry { return true }
      return false
    }
  }

  /// Whether the panel has a grid, which a heat map and a number line do not need.
  private var hasGrid: Bool {
    !layout.marks.contains { mark in
      switch mark.geometry {
      case .heatMap, .numberLine: true
      default: false
      }
    }
  }

  /// Whether there are vertical grid lines; not behind bars that stand on the horizontal axis.
  private func hasVerticalGrid(_ x: AxisLayout) -> Bool {
    !x.isNamed
      && !layout.marks.contains { mark in
        if case .histogram = mark.geometry { return true }
        return false
      }
  }

  /// Paints the grid lines.
  func paintGrid(_ x: AxisLayout, _ y: AxisLayout, into scene: inout Scene) {
    guard hasGrid else { return }
    let stroke = Scene.Stroke(Theme.grid, 0.8)
    if !y.isNamed {
      for tick in y.ticks {
        scene.stroke(
          Path([Point(plot.x, tick.position), Point(plot.maxX, tick.position)]), stroke, .furniture)
      }
    }
    if hasVerticalGrid(x) {
      for tick in x.ticks {
        scene.stroke(
          Path([Point(tick.position, plot.y), Point(tick.position, plot.maxY)]), stroke, .furniture)
      }
    }
  }

  /// Paints the axes, the line at zero, and the tick marks.
  func paintAxisLines(_ x: AxisLayout, _ y: AxisLayout, into scene: inout Scene) {
    guard !hasHeatMap else { return }
    let stroke = Scene.Stroke(Theme.axis, 1)
    let isHorizontal = y.isNamed
    let zero = y.scale.position(0)
    let hasZero = y.scale.kind == .linear && zero > plot.y + 10 && zero < plot.maxY - 10
    if hasGrid, hasZero, !isHorizontal {
      // The line at zero, from which lengths are measured; bars stand on it.
      let line = Path([Point(plot.x, zero), Point(plot.maxX, zero)])
      scene.stroke(line, x.isNamed ? stroke : Scene.Stroke(Theme.zero, 1.1), .furniture)
      if x.isNamed { return }
    }
    if isHorizontal {
      let position = x.scale.position(min(max(0, x.scale.low), x.scale.high))
      scene.stroke(Path([Point(position, plot.y), Point(position, plot.maxY)]), stroke, .furniture)
      return
    }
    scene.stroke(Path([Point(plot.x, plot.maxY), Point(plot.maxX, plot.maxY)]), stroke, .furniture)
    guard !x.isNamed else { return }
    for tick in x.ticks {
      let path = Path([Point(tick.position, plot.maxY), Point(tick.position, plot.maxY + Theme.tickLength)])
      scene.stroke(path, stroke, .furniture)
    }
    for position in x.minors {
      let path = Path([Point(position, plot.maxY), Point(position, plot.maxY + Theme.tickLength / 2)])
      scene.stroke(path, Scene.Stroke(Theme.axis, 0.7), .furniture)
    }
    for position in y.minors {
      let path = Path([Point(plot.x - Theme.tickLength / 2 - 1, position), Point(plot.x, position)])
      scene.stroke(path, Scene.Stroke(Theme.axis, 0.7), .furniture)
    }
  }

  /// Paints the tick labels and headings.
  func paintAxisText(_ x: AxisLayout, _ y: AxisLayout, into scene: inout Scene) {
    for axis in [x, y] {
      axis.ticks.forEach { tick in tick.label.forEach { scene.text($0) } }
      for line in axis.heading { scene.text(line) }
    }
  }

  /// Paints one sample of the legend with its label.
  func paintLegend(_ entry: LegendEntry, into scene: inout Scene) {
    let box = entry.sampleBox
    switch entry.sample {
    case .line(let paint, let dashes, let marker):
      let path = Path([Point(box.x, box.midY), Point(box.maxX, box.midY)])
      scene.stroke(path, Scene.Stroke(paint, Theme.lineWidth, dashes: dashes), .furniture)
      if let marker {
        scene.fill(Self.marker(marker, Point(box.midX, box.midY), 3.6), paint, .furniture)
      }
    case .point(let paint, let marker):
      scene.fill(Self.marker(marker, Point(box.midX, box.midY), 4), paint, .furniture)
    case .area(let paint): scene.fill(Path(box, radius: 2), paint, .furniture)
    case .bar(let color, let pattern):
      scene.fill(Path(box, radius: 2), color, .furniture)
      paint(pattern, over: box, into: &scene)
    case .node(let kind):
      let path = GraphTheme.outline(kind, box)
      scene.fill(path, GraphTheme.fill(kind), .furniture)
      scene.stroke(path, Scene.Stroke(GraphTheme.stroke(kind), 1.2), .furniture)
    }
    scene.text(entry.label)
  }
}
