extension PanelPainter {
  /// A row of the plot: names, points, arrows down to the line, codes under it.
  func paintNumberLine(_ line: Mark.NumberLine, _ index: Int, _ axes: Axes, into scene: inout Scene) {
    let row = numberLineRow(index)
    let paint = Theme.paint(line.hue ?? .blue)
    let y = row.lineY
    scene.stroke(Path([Point(plot.x, y), Point(plot.maxX, y)]), Scene.Stroke(Theme.axis, 1.4))
    let places = line.levels.map { axes.x.position($0) }
    let spacing = zip(places, places.dropFirst()).map { abs($1 - $0) }.min() ?? 100
    for x in places where x >= plot.x - 1 && x <= plot.maxX + 1 {
      scene.stroke(
        Path([Point(x, y - 6), Point(x, y + 6)]), Scene.Stroke(Theme.ink, spacing < 5 ? 0.7 : 1.4))
    }
    paintCodes(line, places, y, into: &scene)
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
    paintNames(line, row.pointY, paint, axes, into: &scene)
    if let label = line.label {
      let lines = plan.measurer.wrapped(label, Theme.label, width: 120)
      let top = y - Double(lines.count) * 7.5
      for (index, text) in lines.enumerated() {
        let place = Point(layout.frame.x, top + Double(index) * 15 + 11.5)
        scene.text(plan.measurer.run(text, Theme.label, Theme.ink, at: place))
      }
    }
  }

  /// Where a line and its points stand in the plot.
  func numberLineRow(_ index: Int) -> (lineY: Double, pointY: Double) {
    let lines = plan.numberLines
    let weights = lines.map { PanelPlan.height(of: $0) }
    let unit = plot.height / max(weights.reduce(0, +), 1)
    let bottom = plot.y + weights[...index].reduce(0, +) * unit
    let lineY = bottom - 32
    return (lineY, lineY - min(44, weights[index] * unit - 50))
  }

  private func paintCodes(_ line: Mark.NumberLine, _ places: [Double], _ y: Double, into scene: inout Scene) {
    guard line.codes.count == places.count, !places.isEmpty else { return }
    let font = Theme.small
    let widths = line.codes.map { plan.measurer.width($0, font) }
    // Texts that are no numbers count by their place.
    let numbers = line.codes.compactMap { Int($0.replacing("−", with: "-")) }
    let codes = numbers.count == places.count ? numbers : Array(places.indices)
    for index in CodeSelection.indices(codes: codes, places: places, widths: widths, gap: 5) {
      scene.text(
        plan.measurer.run(line.codes[index], font, Theme.muted, at: Point(places[index], y + 19), .center))
    }
  }

  /// Names above the points, in as many storeys as it takes.
  private func paintNames(
    _ line: Mark.NumberLine, _ y: Double, _ paint: Paint, _ axes: Axes, into scene: inout Scene
  ) {
    var taken: [Rect] = []
    for (name, point) in zip(line.names, line.points) where axes.x.contains(point) {
      var run = plan.measurer.run(name, Theme.tick, paint, at: Point(axes.x.position(point), y - 9), .center)
      while taken.contains(where: { $0.intersects(run.box.grown(by: 2)) }), run.origin.y > plot.y - 20 {
        run = run.moved(by: 0, -15)
      }
      taken.append(run.box)
      if run.origin.y < y - 9 {
        // A raised name keeps its tie to the point.
        let x = axes.x.position(point)
        let tie = Path([Point(x, y - 6), Point(x, run.box.maxY)])
        scene.stroke(tie, Scene.Stroke(paint.with(alpha: 0.5), 0.8), .furniture)
      }
      scene.text(run)
    }
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
