/// Lays a chart out: divides the page among title and panels.
struct ChartLayoutEngine {
  let chart: Chart
  let measurer: TextMeasurer
  private var measurements: [PanelMeasurement]

  init(chart: Chart, measurer: TextMeasurer) {
    (self.chart, self.measurer) = (chart, measurer)
    measurements = chart.panels.map { PanelMeasurement($0, measurer) }
    shareAxes()
  }

  private var columns: Int { min(chart.columns, chart.panels.count) }
  private var rows: Int { (chart.panels.count + columns - 1) / columns }

  /// Gives shared axes one extent, and labels to the outer panels only.
  private mutating func shareAxes() {
    let count = min(chart.columns, chart.panels.count)
    if chart.sharedX {
      var extent = Extent()
      measurements.forEach { extent.include($0.x.extent) }
      for index in measurements.indices {
        measurements[index].x.extent = extent
        measurements[index].titlesX = index + count >= measurements.count
        measurements[index].labelsX = measurements[index].titlesX || measurements[index].needsOwnTicks
      }
    }
    if chart.sharedY {
      var extent = Extent()
      measurements.forEach { extent.include($0.y.extent) }
      for index in measurements.indices {
        measurements[index].y.extent = extent
        measurements[index].labelsY = index % count == 0
      }
    }
  }

  /// The layout of the chart in a width.
  func layout(width: Double) throws(ChartError) -> ChartLayout {
    let columnWidth =
      (width - 2 * Theme.margin - Double(columns - 1) * Theme.gap) / Double(columns)
    guard columnWidth >= 120 else {
      throw .invalid(
        mark: "chart",
        what: "\(columns) columns leave \(Int(columnWidth)) points for a panel, which needs 120: "
          + "use fewer columns or a wider size")
    }
    for (index, measurement) in measurements.enumerated()
    where !chart.panels[index].marks.contains(where: \.fillsPanel) {
      try measurement.x.checkWidth("x")
      try measurement.y.checkWidth("y")
    }
    var layout = titleLayout(width: width)
    let top = (layout.subtitle.last ?? layout.title.last).map { $0.box.maxY + 14 } ?? Theme.margin
    let heads = measurements.map { $0.header(width: columnWidth).height }
    let heights = try rowHeights(columnWidth, top: top, heads)
    let lefts = leftMargins(heights)
    var y = top
    for row in 0..<rows {
      let indices = Array(row * columns..<min((row + 1) * columns, measurements.count))
      let head = indices.map { heads[$0] }.max() ?? 0
      var bottom = 0.0
      for index in indices {
        let measurement = measurements[index]
        let column = index % columns
        let x = Theme.margin + Double(column) * (columnWidth + Theme.gap)
        let plotWidth = columnWidth - lefts[column] - measurement.rightMargin
        let plot = Rect(x: x + lefts[column], y: y + head, width: plotWidth, height: heights[row])
        let margin = measurement.bottomMargin(plotWidth: plotWidth, width: columnWidth)
        bottom = max(bottom, margin)
        let frame = Rect(x: x, y: y, width: columnWidth, height: head + heights[row] + margin)
        layout.panels.append(try measurement.layout(frame: frame, plot: plot))
      }
      y += head + heights[row] + bottom + (row < rows - 1 ? rowGap : 0)
    }
    layout.size.height = chart.size?.height ?? (y + Theme.margin - 4).rounded(.up)
    return layout
  }

  private var rowGap: Double { chart.sharedX ? 14 : 24 }

  /// A layout of title and subtitle, without panels.
  private func titleLayout(width: Double) -> ChartLayout {
    var layout = ChartLayout(size: Size(width: width, height: 0), title: [], subtitle: [], panels: [])
    var y = Theme.margin
    func lines(_ text: String?, _ font: Font, _ paint: Paint) -> [TextRun] {
      let lines = text.map { measurer.broken($0, font, width: width - 2 * Theme.margin) } ?? []
      return lines.map { line in
        defer { y += font.lineHeight }
        return measurer.run(line, font, paint, at: Point(Theme.margin, y + font.ascent))
      }
    }
    layout.title = lines(chart.title, Theme.title, Theme.foreground)
    layout.subtitle = lines(chart.subtitle, Theme.subtitle, Theme.muted)
    return layout
  }

  /// The left margin of each column of panels.
  private func leftMargins(_ heights: [Double]) -> [Double] {
    (0..<columns).map { column in
      stride(from: column, to: measurements.count, by: columns)
        .map { measurements[$0].leftMargin(plotHeight: heights[$0 / columns]) }.max() ?? 0
    }
  }

  /// The heights of the plots row by row: the preferred heights of the marks, stretched to the chart's size.
  private func rowHeights(
    _ columnWidth: Double, top: Double, _ heads: [Double]
  ) throws(ChartError) -> [Double] {
    var heights = [Double](repeating: 0, count: rows)
    for (index, measurement) in measurements.enumerated() {
      let height = try measurement.preferredHeight(width: columnWidth, rows: rows)
      heights[index / columns] = max(heights[index / columns], height)
    }
    guard let size = chart.size else { return heights }
    let lefts = leftMargins(heights)
    var spent = top + Theme.margin - 4 + rowGap * Double(rows - 1)
    for row in 0..<rows {
      let indices = Array(row * columns..<min((row + 1) * columns, measurements.count))
      spent += indices.map { heads[$0] }.max() ?? 0
      spent +=
        indices.map {
          measurements[$0].bottomMargin(
            plotWidth: columnWidth - lefts[$0 % columns] - measurements[$0].rightMargin, width: columnWidth)
        }.max() ?? 0
    }
    let available = size.height - spent
    guard available >= 40 * Double(rows) else {
      throw .invalid(
        mark: "chart",
        what: "a height of \(Int(size.height)) points leaves \(Int(available)) for \(rows) rows of plots, "
          + "which need 40 each: make it higher, or leave the size out")
    }
    let stretch = available / heights.reduce(0, +)
    return heights.map { $0 * stretch }
  }
}
