extension PanelPainter {
  /// Paints a number line: the line with its levels, the points, and the arrows down to the line.
  func paintNumberLine(_ mark: MarkLayout, into scene: inout Scene) {
    guard case .numberLine(let line) = mark.geometry, let paint = mark.styles.first?.paint else { return }
    scene.stroke(Path(line.ends), Scene.Stroke(Theme.axis, 1.4))
    let y = line.ends[0].y
    let spacing = zip(line.levels, line.levels.dropFirst()).map { abs($1 - $0) }.min() ?? 100
    for x in line.levels where x >= plot.x - 1 && x <= plot.maxX + 1 {
      scene.stroke(
        Path([Point(x, y - 6), Point(x, y + 6)]), Scene.Stroke(Theme.foreground, spacing < 5 ? 0.7 : 1.4))
    }
    for ends in line.arrows where holds(x: ends[0].x) {
      // From under the point to the upper end of the level's tick.
      arrow(from: ends[0].translated(by: 0, 5), to: ends[1].translated(by: 0, -7.5), paint, into: &scene)
    }
    for point in line.points where holds(x: point.x) {
      scene.items.append(
        Scene.Item(
          shape: .path(
            Path(circleAt: point, radius: 4), fill: paint, stroke: Scene.Stroke(Theme.background, 1)),
          role: .data, clip: nil))
    }
    for name in line.names where name.isRaised {
      // A raised name has a tie to its point.
      let tie = Path([name.point.translated(by: 0, -6), Point(name.point.x, name.run.box.maxY)])
      scene.stroke(tie, Scene.Stroke(paint.with(alpha: 0.5), 0.8), .furniture)
    }
  }

  /// Paints a mark that fills its panel.
  func paintFilling(_ mark: MarkLayout, into scene: inout Scene) {
    switch (mark.mark, mark.geometry) {
    case (_, .graph(let graph)): paintGraph(graph, into: &scene)
    case (.imageGrid(let grid), .imageGrid(let images)): paintImages(grid, images, into: &scene)
    default: break
    }
  }

  /// Paints a node-link diagram.
  private func paintGraph(_ graph: GraphLayout, into scene: inout Scene) {
    for frame in graph.frames {
      scene.fill(Path(frame.rect, radius: 8), GraphTheme.frameFill, .furniture)
      let stroke = Scene.Stroke(GraphTheme.frame, 1.2, dashes: Theme.dashes(.dashed, width: 1.2))
      scene.stroke(Path(frame.rect, radius: 8), stroke, .furniture)
      scene.text(frame.label)
    }
    for link in graph.links {
      let stroke = Scene.Stroke(
        GraphTheme.arrow, 1.3, dashes: Theme.dashes(link.dash, width: 1.3))
      scene.stroke(link.path, stroke)
      arrowHead(from: link.tail, to: link.tip, GraphTheme.arrow, into: &scene)
    }
    for box in graph.boxes {
      let path = GraphTheme.outline(box.kind, box.rect)
      scene.fill(path, GraphTheme.fill(box.kind))
      scene.stroke(path, Scene.Stroke(GraphTheme.stroke(box.kind), 1.4))
      box.label.forEach { scene.text($0) }
    }
    for label in graph.links.compactMap(\.label) { scene.text(label) }
  }

  /// Paints a grid of grey images.
  private func paintImages(_ grid: Mark.ImageGrid, _ images: ImageGridLayout, into scene: inout Scene) {
    let gray = AxisScale(.linear, grid.domain.lowerBound, grid.domain.upperBound, from: 0, to: 1)
    for (pixels, box) in zip(grid.images, images.boxes) {
      let paints = pixels.map { HeatPalette.paint(.gray, gray.boundedShare($0)) }
      scene.items.append(
        Scene.Item(shape: .cells(paints, columns: grid.width, box), role: .data, clip: nil))
    }
    images.captions.forEach { scene.text($0) }
  }

  /// Paints a straight arrow with a filled head.
  private func arrow(from: Point, to: Point, _ paint: Paint, into scene: inout Scene) {
    let length = max(from.distance(to: to), 0.01)
    let (dx, dy) = ((to.x - from.x) / length, (to.y - from.y) / length)
    let neck = to.translated(by: -6 * dx, -6 * dy)
    scene.stroke(Path([from, neck]), Scene.Stroke(paint, 1.4))
    arrowHead(from: from, to: to, paint, into: &scene)
  }

  /// Paints the filled head of an arrow.
  private func arrowHead(from: Point, to: Point, _ paint: Paint, into scene: inout Scene) {
    let length = max(from.distance(to: to), 0.01)
    let (dx, dy) = ((to.x - from.x) / length, (to.y - from.y) / length)
    let neck = to.translated(by: -6 * dx, -6 * dy)
    let head = [to, neck.translated(by: -3 * dy, 3 * dx), neck.translated(by: 3 * dy, -3 * dx)]
    scene.fill(Path(head, closed: true), paint)
  }
}
