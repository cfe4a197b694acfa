extension PanelPainter {
  /// Paints a number line: the line with its levels, the points, and the arrows down to the line.
  func paintNumberLine(_ line: Mark.NumberLine, _ index: Int, _ axes: Axes, into scene: inout Scene) {
    let row = numberLineRow(index)
    let paint = Theme.paint(line.color ?? .blue)
    let y = row.lineY
    scene.stroke(Path([Point(plot.x, y), Point(plot.maxX, y)]), Scene.Stroke(Theme.axis, 1.4))
    let positions = line.levels.map { axes.x.position($0) }
    let spacing = zip(positions, positions.dropFirst()).map { abs($1 - $0) }.min() ?? 100
    for x in positions where x >= plot.x - 1 && x <= plot.maxX + 1 {
      scene.stroke(
        Path([Point(x, y - 6), Point(x, y + 6)]), Scene.Stroke(Theme.foreground, spacing < 5 ? 0.7 : 1.4))
    }
    for (point, snapped) in zip(line.points, line.snapped) where axes.x.contains(point) {
      arrow(
        from: Point(axes.x.position(point), row.pointY + 5), to: Point(axes.x.position(snapped), y - 7.5),
        paint,
        into: &scene)
    }
    for point in line.points where axes.x.contains(point) {
      let dot = Path(circleAt: Point(axes.x.position(point), row.pointY), radius: 4)
      scene.items.append(
        Scene.Item(
          shape: .path(dot, fill: paint, stroke: Scene.Stroke(Theme.background, 1)), role: .data, clip: nil))
    }
    for name in text(of: line, axes).names(pointY: row.pointY, top: row.top) where name.isRaised {
      // A raised name has a tie to its point.
      let tie = Path([Point(name.x, row.pointY - 6), Point(name.x, name.run.box.maxY)])
      scene.stroke(tie, Scene.Stroke(paint.with(alpha: 0.5), 0.8), .furniture)
    }
  }

  /// Paints a node-link diagram.
  func paintGraph(_ graph: GraphLayout, into scene: inout Scene) {
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
  func paintImages(_ grid: Mark.ImageGrid, _ images: ImageGridLayout, into scene: inout Scene) {
    let gray = AxisScale(.linear, grid.domain.lowerBound, grid.domain.upperBound, from: 0, to: 1)
    for (pixels, box) in zip(grid.images, images.boxes) {
      let paints = pixels.map { HeatPalette.paint(.gray, gray.boundedShare($0)) }
      scene.items.append(
        Scene.Item(shape: .cells(paints, columns: grid.width, box), role: .data, clip: nil))
    }
    images.captions.forEach { scene.text($0) }
  }

  /// Paints a straight arrow with a filled head.
  func arrow(from: Point, to: Point, _ paint: Paint, into scene: inout Scene) {
    let length = max(from.distance(to: to), 0.01)
    let (dx, dy) = ((to.x - from.x) / length, (to.y - from.y) / length)
    let neck = to.translated(by: -6 * dx, -6 * dy)
    scene.stroke(Path([from, neck]), Scene.Stroke(paint, 1.4))
    arrowHead(from: from, to: to, paint, into: &scene)
  }

  /// Paints the filled head of an arrow.
  func arrowHead(from: Point, to: Point, _ paint: Paint, into scene: inout Scene) {
    let length = max(from.distance(to: to), 0.01)
    let (dx, dy) = ((to.x - from.x) / length, (to.y - from.y) / length)
    let neck = to.translated(by: -6 * dx, -6 * dy)
    let head = [to, neck.translated(by: -3 * dy, 3 * dx), neck.translated(by: 3 * dy, -3 * dx)]
    scene.fill(Path(head, closed: true), paint)
  }
}
