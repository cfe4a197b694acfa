/// The measurement of a panel, before layout: its content, and the room that it needs.
struct PanelMeasurement {
  let panel: Panel
  let styles: [[SeriesStyle]]
  let measurer: TextMeasurer
  var x: AxisContent
  var y: AxisContent
  /// Whether the horizontal ticks are labelled; panels that share an axis label it once, unless they have no grid.
  var labelsX = true
  /// Whether the horizontal axis has its heading; panels that share an axis have it once.
  var titlesX = true
  /// Whether the vertical ticks are labelled.
  var labelsY = true

  static let colorBarWidth = 78.0

  init(_ panel: Panel, _ measurer: TextMeasurer) {
    var panel = panel
    if panel.y.heading == nil, panel.marks.contains(where: \.isHistogram) { panel.y.title = "count" }
    (self.panel, self.measurer) = (panel, measurer)
    styles = SeriesStyle.styles(of: panel.marks)
    (x, y) = AxisContent.axes(of: panel)
  }

  var graph: GraphDiagram? {
    for case .graph(let graph) in panel.marks { return graph }
    return nil
  }

  var imageGrid: Mark.ImageGrid? {
    for case .imageGrid(let grid) in panel.marks { return grid }
    return nil
  }

  var heatMap: Mark.HeatMap? {
    for case .heatMap(let map) in panel.marks { return map }
    return nil
  }

  var numberLines: [Mark.NumberLine] {
    panel.marks.compactMap { mark in
      if case .numberLine(let line) = mark { return line }
      return nil
    }
  }

  /// The buckets of the first histogram whose codes are written.
  var codedBuckets: Buckets? {
    for case .histogram(let histogram) in panel.marks {
      if let buckets = histogram.buckets, buckets.codes != nil { return buckets }
    }
    return nil
  }

  /// Whether a row of codes is named at its left.
  private var namesCodes: Bool {
    codedBuckets?.hasCodeForEach == true || numberLines.contains(where: \.hasNumericCodes)
  }

  /// Whether the panel has numbers on its horizontal axis although another panel below has the same axis.
  var needsOwnTicks: Bool { codedBuckets != nil || !numberLines.isEmpty }

  private var horizontalBars: Mark.Bars? {
    for case .bars(let bars) in panel.marks where bars.direction == .horizontal { return bars }
    return nil
  }

  /// The title, legend and vertical heading in a column of a width.
  func header(width: Double) -> PanelHeader {
    PanelHeader(
      title: panel.title, legend: LegendEntry.contents(of: panel, styles),
      heading: labelsY ? panel.y.figureHeading : nil, width: width,
      below: codedBuckets == nil ? 0 : CodeAxis.height(rows: codeRows(width: width)), measurer)
  }

  /// The rows in which codes stand above the plot, in a column of a width.
  func codeRows(width: Double) -> Int {
    let plotWidth = width - leftMargin(plotHeight: 100) - rightMargin
    return codedBuckets.map { CodeAxis.rows($0, on: x.scale(from: 0, to: plotWidth), measurer) } ?? 1
  }

  /// The height of the plot that suits the marks, in a chart with `rows` rows of panels.
  func preferredHeight(width: Double, rows: Int) throws(ChartError) -> Double {
    if let graph { return try GraphLayoutEngine.layout(graph, width: width, measurer).size.height }
    if let imageGrid {
      return ImageGridLayoutEngine(grid: imageGrid, measurer: measurer).height(width: width)
    }
    if !numberLines.isEmpty {
      let scale = x.scale(from: 0, to: width - leftMargin(plotHeight: 100) - rightMargin)
      return NumberLineLayoutEngine.engines(of: panel.marks, on: scale, measurer).reduce(0) { $0 + $1.height }
    }
    if let map = heatMap, let count = map.cells.first?.count, count > 0 {
      let cell = (width - leftMargin(plotHeight: 200) - rightMargin) / Double(count)
      return min(max(cell / 1.5, map.cells.count <= 24 ? 14 : 8), map.cells.count <= 6 ? 48 : 30)
        * Double(map.cells.count)
    }
    if let bars = horizontalBars {
      return Double(bars.names.count) * (Double(bars.series.count) * 17 + 12)
    }
    let height = rows == 1 ? 290.0 : rows == 2 ? 190 : 150
    return min(height, max(width * 0.62, 120))
  }

  /// The width left of the plot for tick labels and the names of number lines.
  func leftMargin(plotHeight: Double) -> Double {
    guard !panel.marks.contains(where: \.fillsPanel) else { return 0 }
    let names = numberLines.compactMap(\.label).map { measurer.shortened($0, Theme.label, width: 120) }
    let nameWidth = names.joined().map { measurer.width($0, Theme.label) }.max()
    let codeWidth = namesCodes ? measurer.width(CodeAxis.name, Theme.tick) + 8 : 0
    if let nameWidth { return max(nameWidth + 16, codeWidth) }
    guard labelsY, y.isVisible else { return max(codeWidth, numberLines.isEmpty ? 2 : 8) }
    let scale = y.scale(from: plotHeight, to: 0)
    let labels = y.ticks(on: scale, count: tickCount(height: plotHeight)).flatMap { rowLabel($0.label) }
    return max(codeWidth, (labels.map { measurer.width($0, Theme.tick) }.max() ?? -8) + 8)
  }

  /// The lines of a label on the vertical axis.
  func rowLabel(_ label: String) -> [String] { measurer.shortened(label, Theme.tick, width: 170) }

  /// The width right of the plot for a colour bar, or for the numbers at the ends of bars.
  var rightMargin: Double {
    if heatMap?.label != nil { return Self.colorBarWidth }
    guard let bars = horizontalBars, let format = bars.numbers else { return 2 }
    return bars.series.flatMap(\.values).map { measurer.width(format.string($0), Theme.tick) + 6 }.max() ?? 2
  }

  /// The number of ticks on the vertical axis that suits a height; a logarithmic axis has one a decade, if it can.
  func tickCount(height: Double) -> Int { max(3, Int(height / (panel.y.scale == .log ? 26 : 42))) }

  /// The ticks of the horizontal axis, with fewer labels where they would collide.
  func xTicks(on scale: AxisScale) -> [AxisLayout.TickLayout] {
    let length = abs(scale.end - scale.start)
    var ticks: [Tick] = []
    for count in stride(from: max(2, Int(length / 72)), through: 1, by: -1) {
      ticks = x.ticks(on: scale, count: count)
      if x.names != nil || fits(ticks, scale) { break }
    }
    let slot = x.isNamed ? length / max(scale.high - scale.low, 1) - 6 : 160
    var skip = 1
    while skip < ticks.count, !fits(ticks, scale, skip: skip, wrappedTo: slot) { skip += 1 }
    return ticks.enumerated().map { index, tick in
      let lines = index % skip == 0 ? measurer.wrapped(tick.label, Theme.tick, width: slot) : []
      let position = scale.position(tick.position)
      return AxisLayout.TickLayout(
        value: tick.position, position: position,
        label: lines.enumerated().map { row, line in
          measurer.run(
            line, Theme.tick, Theme.muted, at: Point(position, Double(row) * Theme.tick.lineHeight), .center)
        })
    }
  }

  /// Whether the labels of every `skip`-th tick stand apart.
  private func fits(_ ticks: [Tick], _ scale: AxisScale, skip: Int = 1, wrappedTo width: Double = 1000)
    -> Bool
  {
    var end = -Double.infinity
    let shown = ticks.enumerated().filter { $0.offset % skip == 0 }.map(\.element)
    for tick in shown.sorted(by: { scale.position($0.position) < scale.position($1.position) }) {
      let lines = measurer.wrapped(tick.label, Theme.tick, width: width)
      let half = (lines.map { measurer.width($0, Theme.tick) }.max() ?? 0) / 2
      let position = scale.position(tick.position)
      if position - half < end + 7 { return false }
      end = position + half
    }
    return true
  }

  /// The lines of the horizontal axis's heading in a frame of a width; empty for none.
  func headingLines(width: Double) -> [String] {
    !titlesX ? [] : panel.x.figureHeading.map { measurer.broken($0, Theme.label, width: width) } ?? []
  }

  /// The height under the plot for tick labels and the heading, in a frame of a width.
  func bottomMargin(plotWidth: Double, width: Double) -> Double {
    guard !panel.marks.contains(where: \.fillsPanel) else { return 0 }
    guard labelsX else { return 4 }
    let lines = xTicks(on: x.scale(from: 0, to: plotWidth)).map(\.label.count).max() ?? 0
    let heading = headingLines(width: width).count
    return Theme.tickLength + 4 + Double(lines) * Theme.tick.lineHeight
      + (heading == 0 ? 0 : 19 + Double(heading - 1) * Theme.label.lineHeight)
  }
}
