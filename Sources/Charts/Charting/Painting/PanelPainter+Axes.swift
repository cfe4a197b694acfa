extension PanelPainter {
  /// Whether the panel is a table or a number line, which need no grid.
  private var hasGrid: Bool { measurement.heatMap == nil && measurement.numberLines.isEmpty }

  /// Whether vertical grid lines help: not behind bars that stand on the horizontal axis.
  private var hasVerticalGrid: Bool {
    !panel.marks.contains { mark in
      switch mark {
      case .histogram: true
      case .bars(let bars): bars.direction == .vertical
      default: false
      }
    }
  }

  func paintGrid(_ x: AxisLayout, _ y: AxisLayout, into scene: inout Scene) {
    guard hasGrid else { return }
    let stroke = Scene.Stroke(Theme.grid, 0.8)
    if !y.isNamed {
      for tick in y.ticks {
        scene.stroke(
          Path([Point(plot.x, tick.position), Point(plot.maxX, tick.position)]), stroke, .furniture)
      }
    }
    if !x.isNamed && hasVerticalGrid {
      for tick in x.ticks {
        scene.stroke(
          Path([Point(tick.position, plot.y), Point(tick.position, plot.maxY)]), stroke, .furniture)
      }
    }
  }

  func paintAxisLines(_ x: AxisLayout, _ y: AxisLayout, into scene: inout Scene) {
    guard measurement.heatMap == nil else { return }
    let stroke = Scene.Stroke(Theme.axis, 1)
    let isSideways = y.isNamed
    let zero = y.scale.position(0)
    let hasZero = y.scale.kind == .linear && zero > plot.y + 10 && zero < plot.maxY - 10
    if hasGrid, hasZero, !isSideways {
      // The line that lengths are measured from; bars stand on it.
      let line = Path([Point(plot.x, zero), Point(plot.maxX, zero)])
      scene.stroke(line, x.isNamed ? stroke : Scene.Stroke(Theme.zero, 1.1), .furniture)
      if x.isNamed { return }
    }
    if isSideways {
      let place = x.scale.position(min(max(0, x.scale.low), x.scale.high))
      scene.stroke(Path([Point(place, plot.y), Point(place, plot.maxY)]), stroke, .furniture)
      return
    }
    scene.stroke(Path([Point(plot.x, plot.maxY), Point(plot.maxX, plot.maxY)]), stroke, .furniture)
    guard !x.isNamed else { return }
    for tick in x.ticks {
      let path = Path([Point(tick.position, plot.maxY), Point(tick.position, plot.maxY + Theme.tickLength)])
      scene.stroke(path, stroke, .furniture)
    }
    for place in x.minors {
      let path = Path([Point(place, plot.maxY), Point(place, plot.maxY + Theme.tickLength / 2)])
      scene.stroke(path, Scene.Stroke(Theme.axis, 0.7), .furniture)
    }
    for place in y.minors {
      let path = Path([Point(plot.x - Theme.tickLength / 2 - 1, place), Point(plot.x, place)])
      scene.stroke(path, Scene.Stroke(Theme.axis, 0.7), .furniture)
    }
  }

  func paintAxisText(_ x: AxisLayout, _ y: AxisLayout, into scene: inout Scene) {
    for axis in [x, y] {
      axis.ticks.forEach { tick in tick.label.forEach { scene.text($0) } }
      axis.heading.map { scene.text($0) }
    }
  }

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
    case .node(let kind):
      let path = GraphTheme.outline(kind, box)
      scene.fill(path, GraphTheme.fill(kind), .furniture)
      scene.stroke(path, Scene.Stroke(GraphTheme.stroke(kind), 1.2), .furniture)
    }
    scene.text(entry.label)
  }
}
