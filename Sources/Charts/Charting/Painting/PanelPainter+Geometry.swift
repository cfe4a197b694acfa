/// The geometry of a panel's data, and of the text whose position the data decides.
extension PanelPainter {
  /// The lines that notes should not cover: lines, reference lines and arrows.
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

  /// The areas that notes should not cover: points, markers, bars and the targets of annotations.
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

  /// A small square around each point.
  private func around(_ axes: Axes, _ xs: [Double], _ ys: [Double]) -> [Rect] {
    axes.points(xs, ys).map { Rect(x: $0.x - 4, y: $0.y - 4, width: 8, height: 8) }
  }

  /// The text at data, where it has room: numbers in cells and at bars, and the text of number lines.
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

  /// The points of a line or staircase.
  func linePoints(_ line: Mark.Line, _ axes: Axes) -> [Point] {
    guard line.joining == .step else { return axes.points(line.x, line.y) }
    var points: [Point] = []
    for (index, y) in line.y.enumerated() {
      points.append(axes.point(line.x[index], y))
      if index + 1 < line.x.count { points.append(axes.point(line.x[index + 1], y)) }
    }
    return points
  }

  /// Both ends of a reference line.
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

  /// The bars of all bins that hold values.
  func histogramRects(_ histogram: Mark.Histogram, _ axes: Axes) -> [Rect] {
    histogram.counts.enumerated().compactMap { index, count in
      guard count > 0 else { return nil }
      return axes.rect(
        histogram.edges[index], histogram.edges[index + 1], axes.base(axes.y), count)
    }
  }

  /// The rectangles of each series of bars.
  func barRects(_ bars: Mark.Bars, _ axes: Axes) -> [[Rect]] {
    let slot = 0.76 / Double(bars.series.count)
    let gap = bars.series.count > 1 ? slot * 0.06 : 0
    return bars.series.enumerated().map { position, series in
      series.values.enumerated().map { index, value in
        let from = Double(index) - 0.38 + slot * Double(position) + gap
        let to = Double(index) - 0.38 + slot * Double(position + 1) - gap
        return bars.direction == .vertical
          ? axes.rect(from, to, axes.base(axes.y), value) : axes.rect(axes.base(axes.x), value, from, to)
      }
    }
  }

  /// The area of all cells of a heat map.
  func cellsRect(_ map: Mark.HeatMap, _ axes: Axes) -> Rect {
    axes.rect(
      -0.5, Double(map.cells.first?.count ?? 0) - 0.5, -0.5, Double(map.cells.count) - 0.5)
  }

  /// The numbers in cells, in the largest font that fits; empty if none fits.
  private func cellNumbers(_ map: Mark.HeatMap, _ axes: Axes) -> [TextRun] {
    guard let format = map.numbers, let columns = map.cells.first?.count, columns > 0 else { return [] }
    let rect = cellsRect(map, axes)
    let (width, height) = (rect.width / Double(columns), rect.height / Double(map.cells.count))
    let texts = map.cells.map { $0.map { format.string($0) } }
    let fonts = [Theme.tick, Theme.small, Font(8)]
    let font = fonts.first { font in
      font.lineHeight <= height + 2
        && (texts.joined().map { measurement.measurer.width($0, font) }.max() ?? 0) <= width - 3
    }
    guard let font else { return [] }
    let colors = map.colors
    return map.cells.enumerated().flatMap { row, values in
      values.enumerated().map { column, value in
        let paint = colors.paint(value)
        return measurement.measurer.run(
          texts[row][column], font, paint.luminance > 0.4 ? Theme.foreground : Theme.background,
          at: Point(
            rect.x + width * (Double(column) + 0.5), rect.y + height * (Double(row) + 0.5) + 0.36 * font.size),
          .center)
      }
    }
  }

  /// The numbers at the ends of bars; empty if two of them would overlap.
  private func barNumbers(_ bars: Mark.Bars, _ axes: Axes) -> [TextRun] {
    guard let format = bars.numbers else { return [] }
    let runs = zip(bars.series, barRects(bars, axes)).flatMap { series, rects in
      zip(series.values, rects).map { value, rect -> TextRun in
        let text = format.string(value)
        if bars.direction == .horizontal {
          let (x, alignment): (Double, TextMeasurer.Alignment) =
            value < 0 ? (rect.x - 5, .right) : (rect.maxX + 5, .left)
          return measurement.measurer.run(
            text, Theme.tick, Theme.foreground, at: Point(x, rect.midY + 4), alignment)
        }
        let isInside = value >= 0 && rect.y < plot.y + 8 && rect.height > 20
        let y = value < 0 ? rect.maxY + 12 : isInside ? rect.y + 13 : rect.y - 4
        return measurement.measurer.run(
          text, Theme.tick, isInside ? Theme.background : Theme.foreground, at: Point(rect.midX, y), .center)
      }
    }
    // All or none: among bars with numbers, a bar without one would look like a bar without a value.
    let collide = runs.indices.contains { index in
      runs[..<index].contains { $0.box.intersects(runs[index].box) }
    }
    return collide ? [] : runs
  }

  /// The text of one number line.
  func text(of line: Mark.NumberLine, _ axes: Axes) -> NumberLineText {
    NumberLineText(line: line, scale: axes.x, measurer: measurement.measurer)
  }

  /// The number lines, and their arrows from points to levels.
  func numberLineArrows(_ axes: Axes) -> [[Point]] {
    measurement.numberLines.enumerated().flatMap { index, line in
      let row = numberLineRow(index)
      return [[Point(plot.x, row.lineY), Point(plot.maxX, row.lineY)]]
        + zip(line.points, line.snapped).map { point, snapped in
          [Point(axes.x.position(point), row.pointY), Point(axes.x.position(snapped), row.lineY)]
        }
    }
  }

  /// The vertical positions of a number line: its top, the line, and its points.
  func numberLineRow(_ index: Int) -> (top: Double, lineY: Double, pointY: Double) {
    guard let scale = layout.x?.scale else { return (plot.y, plot.maxY, plot.y) }
    let heights = measurement.numberLines.map {
      NumberLineText(line: $0, scale: scale, measurer: measurement.measurer).height
    }
    let unit = plot.height / max(heights.reduce(0, +), 1)
    let top = plot.y + heights[..<index].reduce(0, +) * unit
    let lineY = top + heights[index] * unit - 32
    return (top - 2, lineY, lineY - min(44, heights[index] * unit - 50))
  }

  /// The text of all number lines.
  func numberLineText(_ axes: Axes) -> [TextRun] {
    measurement.numberLines.enumerated().flatMap { index, line in
      let (row, text) = (numberLineRow(index), text(of: line, axes))
      return text.codes(lineY: row.lineY) + text.names(pointY: row.pointY, top: row.top).map(\.run)
        + text.label(lineY: row.lineY, left: layout.frame.x)
    }
  }
}
