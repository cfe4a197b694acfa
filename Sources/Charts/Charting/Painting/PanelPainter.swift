/// Adds the items of a laid-out panel to a scene: shading first, then data, then text.
struct PanelPainter {
  let measurement: PanelMeasurement
  let layout: PanelLayout

  var plot: Rect { layout.plot }
  var panel: Panel { measurement.panel }

  /// A little more than the plot, so that a line on the plot's edge keeps its width.
  var clip: Rect { plot.grown(by: 1.5) }

  /// Paints everything.
  func paint(into scene: inout Scene) {
    if let graph = layout.graph {
      paintGraph(graph, into: &scene)
    } else if let images = layout.images, let grid = measurement.imageGrid {
      paintImages(grid, images, into: &scene)
    } else if let x = layout.x, let y = layout.y {
      paintMarks(x, y, into: &scene)
    }
    layout.title.forEach { scene.text($0) }
    for entry in layout.legend { paintLegend(entry, into: &scene) }
  }

  private func paintMarks(_ x: AxisLayout, _ y: AxisLayout, into scene: inout Scene) {
    let marks = Array(zip(panel.marks, measurement.styles))
    let axes = Axes(x: x.scale, y: y.scale)
    for (mark, styles) in marks { paintShading(mark, styles, axes, into: &scene) }
    paintGrid(x, y, into: &scene)
    for (mark, styles) in marks { paintAreas(mark, styles, axes, into: &scene) }
    paintAxisLines(x, y, into: &scene)
    for (mark, styles) in marks { paintLines(mark, styles, axes, into: &scene) }
    for (index, line) in measurement.numberLines.enumerated() {
      paintNumberLine(line, index, axes, into: &scene)
    }
    for (mark, styles) in marks { paintPoints(mark, styles, axes, into: &scene) }
    if let bar = layout.colorBar, let map = measurement.heatMap { paintColorBar(bar, map, into: &scene) }
    fixedText().forEach { scene.text($0) }
    for note in layout.notes { paintNote(note, into: &scene) }
    paintAxisText(x, y, into: &scene)
    for tick in layout.codes?.ticks ?? [] {
      let mark = Path([Point(tick.position, plot.y - 3.5), Point(tick.position, plot.y)])
      scene.stroke(mark, Scene.Stroke(Theme.axis, 0.8), .furniture)
      tick.label.forEach { scene.text($0) }
    }
  }

  private func paintNote(_ note: PanelLayout.Note, into scene: inout Scene) {
    note.leader.map { scene.stroke(Path($0), Scene.Stroke(Theme.axis, 0.9), .furniture) }
    note.lines.forEach { scene.text($0) }
  }
}

extension Chart {
  /// The chart as a display list.
  ///
  /// - Throws: ``ChartError`` if the chart cannot be drawn.
  package func scene(measurer: TextMeasurer = .cairo) throws(ChartError) -> Scene {
    let layout = try layout(measurer: measurer)
    var scene = Scene(size: layout.size)
    (layout.title + layout.subtitle).forEach { scene.text($0) }
    for (panel, panelLayout) in zip(panels, layout.panels) {
      PanelPainter(measurement: PanelMeasurement(panel, measurer), layout: panelLayout).paint(into: &scene)
    }
    return scene
  }
}
