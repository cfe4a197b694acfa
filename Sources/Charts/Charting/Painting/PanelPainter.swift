/// Adds the items of a laid-out panel to a scene: shading first, then data, then text.
struct PanelPainter {
  let layout: PanelLayout

  var plot: Rect { layout.plot }

  /// A little more than the plot, so that a line on the plot's edge keeps its width.
  var clip: Rect { plot.grown(by: 1.5) }

  /// Whether a position lies in the plot, up to rounding, from left to right.
  func holds(x: Double) -> Bool { x >= plot.x - 1e-6 && x <= plot.maxX + 1e-6 }

  /// Whether a point lies in the plot, up to rounding.
  func holds(_ point: Point) -> Bool { plot.grown(by: 1e-6).contains(point) }

  /// Paints everything.
  func paint(into scene: inout Scene) {
    if let x = layout.x, let y = layout.y {
      paintMarks(x, y, into: &scene)
    } else {
      for mark in layout.marks { paintFilling(mark, into: &scene) }
    }
    layout.title.forEach { scene.text($0) }
    for entry in layout.legend { paintLegend(entry, into: &scene) }
  }

  private func paintMarks(_ x: AxisLayout, _ y: AxisLayout, into scene: inout Scene) {
    for mark in layout.marks { paintShading(mark, into: &scene) }
    for mark in layout.marks { paintBucketBorders(mark, into: &scene) }
    paintGrid(x, y, into: &scene)
    for mark in layout.marks { paintAreas(mark, into: &scene) }
    paintAxisLines(x, y, into: &scene)
    for mark in layout.marks { paintLines(mark, into: &scene) }
    for mark in layout.marks { paintNumberLine(mark, into: &scene) }
    for mark in layout.marks { paintPoints(mark, into: &scene) }
    layout.colorBar.map { paintColorBar($0, into: &scene) }
    for mark in layout.marks { mark.geometry.text.forEach { scene.text($0) } }
    layout.numbers.forEach { scene.text($0) }
    for note in layout.notes { paintNote(note, into: &scene) }
    paintAxisText(x, y, into: &scene)
    layout.codes.map { scene.text($0.heading) }
    for tick in layout.codes?.ticks ?? [] {
      let top = min(plot.y - 5, (tick.label.first?.box.maxY ?? plot.y) + 1)
      let mark = Path([Point(tick.position, top), Point(tick.position, plot.y)])
      scene.stroke(mark, Scene.Stroke(Theme.axis, 0.8), .furniture)
      tick.label.forEach { scene.text($0) }
    }
  }

  private func paintNote(_ note: PanelLayout.Note, into scene: inout Scene) {
    note.leader.map { scene.stroke(Path($0), Scene.Stroke(Theme.axis, 0.9), .furniture) }
    note.lines.forEach { scene.text($0) }
  }
}

extension ChartLayout {
  /// The display list of the laid-out chart.
  package func scene() -> Scene {
    var scene = Scene(size: size)
    (title + subtitle).forEach { scene.text($0) }
    for panel in panels { PanelPainter(layout: panel).paint(into: &scene) }
    return scene
  }
}
