/// Lays the marks of a panel with axes out: the geometry of their data, and the numbers written at it.
struct MarkLayoutEngine {
  let frame: Rect
  let plot: Rect
  let axes: Axes
  let measurer: TextMeasurer

  /// The layout of each mark.
  func layout(_ marks: [Mark], _ styles: [[SeriesStyle]]) -> [MarkLayout] {
    let engines = NumberLineLayoutEngine.engines(of: marks, on: axes.x, measurer)
    var numberLines = engines.layouts(plot, frame)[...]
    return zip(marks, styles).compactMap { mark, styles in
      let geometry =
        if case .numberLine = mark {
          numberLines.popFirst().map(MarkGeometry.numberLine)
        } else {
          geometry(of: mark)
        }
      return geometry.map { MarkLayout(mark: mark, styles: styles, geometry: $0) }
    }
  }

  /// The geometry of a mark; `nil` for a mark that has no axes or shares its panel's height.
  private func geometry(of mark: Mark) -> MarkGeometry? {
    switch mark {
    case .line(let line):
      .line(points(of: line), markers: line.markers ? axes.points(line.x, line.y) : [])
    case .scatter(let scatter): .scatter(axes.points(scatter.x, scatter.y))
    case .bars(let bars): .bars(rects(of: bars))
    case .histogram(let histogram):
      .histogram(rects(of: histogram), buckets: histogram.buckets.map(stripes) ?? [])
    case .heatMap(let map):
      .heatMap(
        axes.rect(-0.5, Double(map.cells.first?.count ?? 0) - 0.5, -0.5, Double(map.cells.count) - 0.5))
    case .band(let band):
      .band(axes.points(band.x, band.high) + axes.points(band.x, band.low).reversed())
    case .region(let region): .region(rect(of: region))
    case .reference(let reference): .reference(ends(of: reference))
    case .annotation(let note): .annotation(axes.point(note.x, note.y))
    case .numberLine, .graph, .imageGrid: nil
    }
  }

  /// The corners of a line or staircase.
  private func points(of line: Mark.Line) -> [Point] {
    guard line.joining == .step else { return axes.points(line.x, line.y) }
    var points: [Point] = []
    for (index, y) in line.y.enumerated() {
      points.append(axes.point(line.x[index], y))
      if index + 1 < line.x.count { points.append(axes.point(line.x[index + 1], y)) }
    }
    return points
  }

  /// Both ends of a reference line.
  private func ends(of reference: Mark.Reference) -> [Point] {
    switch reference.course {
    case .horizontal(let y):
      [Point(plot.x, axes.y.position(y)), Point(plot.maxX, axes.y.position(y))]
    case .vertical(let x):
      [Point(axes.x.position(x), plot.y), Point(axes.x.position(x), plot.maxY)]
    case .diagonal(let slope, let intercept):
      [axes.x.low, axes.x.high].map { axes.point($0, slope * $0 + intercept) }
    }
  }

  private func rect(of region: Mark.Region) -> Rect {
    let x = region.x ?? axes.x.low...axes.x.high
    let y = region.y ?? axes.y.low...axes.y.high
    return axes.rect(x.lowerBound, x.upperBound, y.lowerBound, y.upperBound)
  }

  /// The bars of all bins that hold values.
  private func rects(of histogram: Mark.Histogram) -> [Rect] {
    histogram.counts.enumerated().compactMap { index, count in
      guard count > 0 else { return nil }
      return axes.rect(histogram.edges[index], histogram.edges[index + 1], axes.base(axes.y), count)
    }
  }

  /// The stripes of buckets, of which neighbours too narrow to see are merged.
  private func stripes(of buckets: Buckets) -> [BucketStripe] {
    let edges = buckets.edges.map(axes.x.position)
    func shade(_ index: Int) -> BucketStripe.Shade {
      buckets.used.isEmpty || buckets.used[index] ? .used : .unused
    }
    func width(_ index: Int) -> Double { abs(edges[index + 1] - edges[index]) }
    // The last bucket of a stripe: the next one has another shade, or both can be seen one by one.
    func isLast(_ index: Int) -> Bool {
      index + 1 == buckets.count || shade(index + 1) != shade(index)
        || min(width(index), width(index + 1)) >= BucketStripe.leastWidth
    }
    var stripes: [BucketStripe] = []
    var start = 0
    for index in 0..<buckets.count where isLast(index) {
      let rect = Rect(Point(edges[start], plot.y), Point(edges[index + 1], plot.maxY))
      let isBucket = start == index && width(index) >= BucketStripe.leastWidth
      stripes.append(BucketStripe(rect: rect, shade: shade(start), isBucket: isBucket))
      start = index + 1
    }
    return stripes
  }

  /// The bars of each series.
  private func rects(of bars: Mark.Bars) -> [[Rect]] {
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
}

extension MarkLayoutEngine {
  /// The numbers in cells and at bars, where they have room.
  func numbers(of marks: [MarkLayout]) -> [TextRun] {
    marks.flatMap { mark -> [TextRun] in
      switch (mark.mark, mark.geometry) {
      case (.heatMap(let map), .heatMap(let cells)): numbers(of: map, in: cells)
      case (.bars(let bars), .bars(let rects)): numbers(of: bars, at: rects, mark.styles)
      default: []
      }
    }
  }

  /// The numbers in cells, in the largest font that fits; empty if none fits.
  private func numbers(of map: Mark.HeatMap, in cells: Rect) -> [TextRun] {
    guard let format = map.numbers, let columns = map.cells.first?.count, columns > 0 else { return [] }
    let (width, height) = (cells.width / Double(columns), cells.height / Double(map.cells.count))
    let texts = map.cells.map { $0.map { format.string($0) } }
    let fonts = [Theme.tick, Theme.small]
    let font = fonts.first { font in
      font.lineHeight <= height + 2
        && (texts.joined().map { measurer.width($0, font) }.max() ?? 0) <= width - 3
    }
    guard let font else { return [] }
    let colors = map.colors
    return map.cells.enumerated().flatMap { row, values in
      values.enumerated().map { column, value in
        measurer.run(
          texts[row][column], font, Theme.text(on: colors.paint(value)),
          at: Point(
            cells.x + width * (Double(column) + 0.5),
            cells.y + height * (Double(row) + 0.5) + 0.36 * font.size),
          .center)
      }
    }
  }

  /// The numbers at the ends of bars; empty if two of them would overlap.
  private func numbers(of bars: Mark.Bars, at rects: [[Rect]], _ styles: [SeriesStyle]) -> [TextRun] {
    guard let format = bars.numbers else { return [] }
    let runs = zip(zip(bars.series, styles), rects).flatMap { drawn, rects in
      zip(drawn.0.values, rects).map { value, rect -> TextRun in
        let text = format.string(value)
        if bars.direction == .horizontal {
          let (x, alignment): (Double, TextMeasurer.Alignment) =
            value < 0 ? (rect.x - 5, .right) : (rect.maxX + 5, .left)
          return measurer.run(text, Theme.tick, Theme.foreground, at: Point(x, rect.midY + 4), alignment)
        }
        let isInside = value >= 0 && rect.y < plot.y + 8 && rect.height > 20
        let y = value < 0 ? rect.maxY + 12 : isInside ? rect.y + 13 : rect.y - 4
        return measurer.run(
          text, Theme.tick, isInside ? Theme.text(on: drawn.1.paint) : Theme.foreground,
          at: Point(rect.midX, y), .center)
      }
    }
    // All or none: among bars with numbers, a bar without one would look like a bar without a value.
    let collide = runs.indices.contains { index in
      runs[..<index].contains { $0.box.intersects(runs[index].box) }
    }
    return collide ? [] : runs
  }
}
