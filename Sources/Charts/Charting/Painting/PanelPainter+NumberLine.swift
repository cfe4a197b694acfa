extension PanelPainter {
  /// A row of the plot: names, points, arrows down to the line, codes under it.
  func paintNumberLine(_ line: Mark.NumberLine, _ index: Int, _ axes: Axes, into scene: inout Scene) {
    let row = numberLineRow(index)
    let paint = Theme.paint(line.color ?? .blue)
    let y = row.lineY
    scene.stroke(Path([Point(plot.x, y), Point(plot.maxX, y)]), Scene.Stroke(Theme.axis, 1.4))
    let places = line.levels.map { axes.x.position($0) }
    let spacing = zip(places, places.dropFirst()).map { abs($1 - $0) }.min() ?? 100
    for x in places where x >= plot.x - 1 && x <= plot.maxX + 1 {
      scene.stroke(
        Path([Point(x, y - 6), Point(x, y + 6)]), Scene.Stroke(Theme.ink, spacing < 5 ? 0.7 : 1.4))
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
      // A raised name keeps its tie to the point.
      let tie = Path([Point(name.x, row.pointY - 6), Point(name.x, name.run.box.maxY)])
      scene.stroke(tie, Scene.Stroke(paint.with(alpha: 0.5), 0.8), .furniture)
    }
  }

  private func text(of line: Mark.NumberLine, _ axes: Axes) -> NumberLineText {
    NumberLineText(line: line, scale: axes.x, measurer: plan.measurer)
  }

  /// The lines of all arrows from points to levels, and the number lines themselves.
  func numberLineArrows(_ axes: Axes) -> [[Point]] {
    plan.numberLines.enumerated().flatMap { index, line in
      let row = numberLineRow(index)
      return [[Point(plot.x, row.lineY), Point(plot.maxX, row.lineY)]]
        + zip(line.points, line.snapped).map { point, snapped in
          [Point(axes.x.position(point), row.pointY), Point(axes.x.position(snapped), row.lineY)]
        }
    }
  }

  /// All the text of the panel's number lines.
  func numberLineText(_ axes: Axes) -> [TextRun] {
    plan.numberLines.enumerated().flatMap { index, line in
      let (row, text) = (numberLineRow(index), text(of: line, axes))
      return text.codes(lineY: row.lineY) + text.names(pointY: row.pointY, top: row.top).map(\.run)
        + text.label(lineY: row.lineY, left: layout.frame.x)
    }
  }

  /// Where a line and its points stand in the plot.
  func numberLineRow(_ index: Int) -> (top: Double, lineY: Double, pointY: Double) {
    guard let scale = layout.x?.scale else { return (plot.y, plot.maxY, plot.y) }
    let heights = plan.numberLines.map {
      NumberLineText(line: $0, scale: scale, measurer: plan.measurer).height
    }
    let unit = plot.height / max(heights.reduce(0, +), 1)
    let top = plot.y + heights[..<index].reduce(0, +) * unit
    let lineY = top + heights[index] * unit - 32
    return (top - 2, lineY, lineY - min(44, heights[index] * unit - 50))
  }

  /// A straight arrow with a filled head.
  func arrow(from: Point, to: Point, _ paint: Paint, into scene: inout Scene) {
    let length = max(from.distance(to: to), 0.01)
    let (dx, dy) = ((to.x - from.x) / length, (to.y - from.y) / length)
    let neck = to.moved(by: -6 * dx, -6 * dy)
    scene.stroke(Path([from, neck]), Scene.Stroke(paint, 1.4))
    arrowHead(from: from, to: to, paint, into: &scene)
  }

  /// The filled head of an arrow that comes from a point.
  func arrowHead(from: Point, to: Point, _ paint: Paint, into scene: inout Scene) {
    let length = max(from.distance(to: to), 0.01)
    let (dx, dy) = ((to.x - from.x) / length, (to.y - from.y) / length)
    let neck = to.moved(by: -6 * dx, -6 * dy)
    let head = [to, neck.moved(by: -3 * dy, 3 * dx), neck.moved(by: 3 * dy, -3 * dx)]
    scene.fill(Path(head, closed: true), paint)
  }
}
