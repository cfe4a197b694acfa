extension PanelPainter {
  func paintHeatMap(_ map: Mark.HeatMap, _ axes: Axes, into scene: inout Scene) {
    let columns = map.cells.first?.count ?? 0
    let colors = map.colors
    let paints = map.cells.joined().map { colors.paint($0) }
    let rect = cellsRect(map, axes)
    scene.items.append(
      Scene.Item(shape: .cells(paints, columns: columns, rect), role: .data, clip: plot))
    // White seams, where cells are large enough to be read one by one.
    guard rect.width / Double(columns) > 12, rect.height / Double(map.cells.count) > 10 else { return }
    let seam = Scene.Stroke(Theme.background, 1)
    for column in 1..<max(columns, 1) {
      let x = rect.x + rect.width * Double(column) / Double(columns)
      scene.stroke(Path([Point(x, rect.y), Point(x, rect.maxY)]), seam, .furniture, clip: plot)
    }
    for row in 1..<max(map.cells.count, 1) {
      let y = rect.y + rect.height * Double(row) / Double(map.cells.count)
      scene.stroke(Path([Point(rect.x, y), Point(rect.maxX, y)]), seam, .furniture, clip: plot)
    }
  }

  private func cellsRect(_ map: Mark.HeatMap, _ axes: Axes) -> Rect {
    axes.rect(
      -0.5, Double(map.cells.first?.count ?? 0) - 0.5, -0.5, Double(map.cells.count) - 0.5)
  }

  func paintColorBar(_ bar: ColorBarLayout, _ map: Mark.HeatMap, into scene: inout Scene) {
    let steps = 64
    let paints = (0..<steps).map { HeatPalette.paint(map.palette, 1 - (Double($0) + 0.5) / Double(steps)) }
    scene.items.append(Scene.Item(shape: .cells(paints, columns: 1, bar.bar), role: .furniture, clip: nil))
    for tick in bar.ticks {
      let path = Path([Point(bar.bar.maxX, tick.position), Point(bar.bar.maxX + 3, tick.position)])
      scene.stroke(path, Scene.Stroke(Theme.axis, 0.8), .furniture)
      tick.label.forEach { scene.text($0) }
    }
    scene.text(bar.heading)
  }

  /// Text whose place the data decides, if it has room: numbers in cells and at bars, codes, names of points.
  func fixedText() -> [TextRun] {
    guard let x = layout.x?.scale, let y = layout.y?.scale else { return [] }
    let axes = Axes(x: x, y: y)
    return numberLineText(axes)
      + panel.marks.flatMap { mark -> [TextRun] in
        switch mark {
        case .heatMap(let map): cellNumbers(map, axes)
        case .bars(let bars): barNumbers(bars, axes)
        default: []
        }
      }
  }

  private func cellNumbers(_ map: Mark.HeatMap, _ axes: Axes) -> [TextRun] {
    guard let format = map.numbers, let columns = map.cells.first?.count, columns > 0 else { return [] }
    let rect = cellsRect(map, axes)
    let (width, height) = (rect.width / Double(columns), rect.height / Double(map.cells.count))
    let texts = map.cells.map { $0.map { format.string($0) } }
    let fonts = [Theme.tick, Theme.small, Font(8)]
    let font = fonts.first { font in
      font.lineHeight <= height + 2
        && (texts.joined().map { plan.measurer.width($0, font) }.max() ?? 0) <= width - 3
    }
    guard let font else { return [] }
    let colors = map.colors
    return map.cells.enumerated().flatMap { row, values in
      values.enumerated().map { column, value in
        let paint = colors.paint(value)
        return plan.measurer.run(
          texts[row][column], font, paint.luminance > 0.4 ? Theme.ink : Theme.background,
          at: Point(
            rect.x + width * (Double(column) + 0.5), rect.y + height * (Double(row) + 0.5) + 0.36 * font.size),
          .center)
      }
    }
  }

  private func barNumbers(_ bars: Mark.Bars, _ axes: Axes) -> [TextRun] {
    guard let format = bars.numbers else { return [] }
    let runs = zip(bars.series, barRects(bars, axes)).flatMap { series, rects in
      zip(series.values, rects).map { value, rect -> TextRun in
        let text = format.string(value)
        if bars.direction == .horizontal {
          let (x, alignment): (Double, TextMeasurer.Alignment) =
            value < 0 ? (rect.x - 5, .right) : (rect.maxX + 5, .left)
          return plan.measurer.run(text, Theme.tick, Theme.ink, at: Point(x, rect.midY + 4), alignment)
        }
        let isInside = value >= 0 && rect.y < plot.y + 8 && rect.height > 20
        let y = value < 0 ? rect.maxY + 12 : isInside ? rect.y + 13 : rect.y - 4
        return plan.measurer.run(
          text, Theme.tick, isInside ? Theme.background : Theme.ink, at: Point(rect.midX, y), .center)
      }
    }
    // All or none: a bar without its number would look like a bar of none.
    let collide = runs.indices.contains { index in
      runs[..<index].contains { $0.box.intersects(runs[index].box) }
    }
    return collide ? [] : runs
  }
}
