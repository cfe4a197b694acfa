import Support

extension PanelMeasurement {
  /// Lays the panel out in `frame`, with its data in `plot`.
  func layout(frame: Rect, plot: Rect) throws(ChartError) -> PanelLayout {
    let plot = fitted(plot)
    let header = header(width: frame.width).translated(by: frame.x, top: frame.y, bottom: plot.y)
    var layout = PanelLayout(frame: frame, plot: plot, title: header.title, legend: header.legend)
    if let filling = try fillingMark(plot) {
      layout.marks = [filling]
      return layout
    }
    let (x, y) = (xAxis(plot, frame), yAxis(plot, heading: header.heading))
    (layout.x, layout.y) = (x, y)
    layout.colorBar = colorBar(plot, frame)
    if let buckets = codedBuckets {
      layout.codes = CodeAxis.layout(
        buckets, on: x.scale, plot: plot, rows: codeRows(width: frame.width), measurer)
    }
    let axes = Axes(x: x.scale, y: y.scale)
    let engine = MarkLayoutEngine(frame: frame, plot: plot, axes: axes, measurer: measurer)
    layout.marks = engine.layout(panel.marks, styles)
    layout.numbers = engine.numbers(of: layout.marks)
    var notes = NoteLayoutEngine(plot: plot, axes: axes, measurer: measurer)
    layout.notes = try notes.layout(layout.marks, numbers: layout.numbers)
    return layout
  }

  /// The layout of a mark that fills its panel; `nil` if the panel has axes.
  private func fillingMark(_ plot: Rect) throws(ChartError) -> MarkLayout? {
    for mark in panel.marks {
      switch mark {
      case .graph(let diagram):
        let graph = try GraphLayoutEngine.layout(diagram, width: plot.width, measurer)
        guard graph.size.height <= plot.height + 0.5 else {
          throw .invalid(
            mark: "graph",
            what:
              "it needs \(Int(graph.size.height.rounded(.up))) points of height and has \(Int(plot.height)): "
              + "make the chart higher, or leave its size out")
        }
        let dx = plot.x + (plot.width - graph.size.width) / 2
        let dy = plot.y + max(0, (plot.height - graph.size.height) / 2)
        return MarkLayout(mark: mark, styles: [], geometry: .graph(graph.translated(by: dx, dy)))
      case .imageGrid(let grid):
        let images = ImageGridLayoutEngine(grid: grid, measurer: measurer).layout(in: plot)
        return MarkLayout(mark: mark, styles: [], geometry: .imageGrid(images))
      default: continue
      }
    }
    return nil
  }

  /// The plot, reduced for a heat map so that its cells are roughly square.
  private func fitted(_ plot: Rect) -> Rect {
    guard let map = heatMap, let columns = map.cells.first?.count, columns > 0 else { return plot }
    let rows = Double(map.cells.count)
    var plot = plot
    let widest = plot.height / rows * 2.4 * Double(columns)
    let highest = plot.width / Double(columns) * 1.4 * rows
    plot.width = min(plot.width, widest)
    if columns < 3 * map.cells.count { plot.height = min(plot.height, highest) }
    return plot
  }

  private func xAxis(_ plot: Rect, _ frame: Rect) -> AxisLayout {
    let scale = x.scale(from: plot.x, to: plot.maxX)
    var ticks = xTicks(on: scale)
    let baseline = plot.maxY + Theme.tickLength + 4 + Theme.tick.ascent
    var lines = 0
    for index in ticks.indices {
      if !labelsX { ticks[index].label = [] }
      lines = max(lines, ticks[index].label.count)
      ticks[index].label = ticks[index].label.map { run in
        // A label at the end of the axis stays on the page.
        let over = max(0, run.box.maxX - frame.maxX - 14) + min(0, run.box.x - frame.x + 14)
        return run.translated(by: -over, baseline)
      }
    }
    let top = baseline + Double(max(lines - 1, 0)) * Theme.tick.lineHeight + (lines == 0 ? 4 : 20)
    let lineRuns = (labelsX ? headingLines(width: frame.width) : []).enumerated().map { row, line in
      let point = Point(plot.midX, top + Double(row) * Theme.label.lineHeight)
      return measurer.run(line, Theme.label, Theme.muted, at: point, .center)
    }
    // The heading stays on the page: from the left of the panel, and up to the margin at its right.
    let right = max(0, (lineRuns.map(\.box.maxX).max() ?? 0) - frame.maxX - Theme.margin / 2)
    let left = max(0, frame.x - (lineRuns.map(\.box.x).min() ?? frame.x))
    let heading = left == right ? lineRuns : lineRuns.map { $0.translated(by: left - right, 0) }
    let minors = panel.x.scale == .log ? NiceTicks.logarithmicMinors(scale.low, scale.high) : []
    return AxisLayout(
      scale: scale, tickRule: x.tickRule, ticks: ticks, minors: minors.map(scale.position), heading: heading,
      isNamed: x.isNamed)
  }

  private func yAxis(_ plot: Rect, heading: [TextRun]) -> AxisLayout {
    let scale = y.scale(from: plot.maxY, to: plot.y)
    let ticks = y.ticks(on: scale, count: tickCount(height: plot.height))
    var taken: [ClosedRange<Double>] = []
    let tickLayouts = ticks.map { tick in
      let position = scale.position(tick.position)
      let lines = labelsY ? rowLabel(tick.label) : []
      let height = Double(lines.count) * 13
      let extent = (position - height / 2)...(position + max(height / 2 - 0.01, 0))
      // Where labels would overlap, the later one is left out.
      let fits = !taken.contains { $0.overlaps(extent) }
      if fits { taken.append(extent) }
      let label = (fits ? lines : []).enumerated().map { row, line in
        measurer.run(
          line, Theme.tick, y.isNamed ? Theme.foreground : Theme.muted,
          at: Point(plot.x - 8, position - height / 2 + Double(row) * 13 + 10.4), .right)
      }
      return AxisLayout.TickLayout(value: tick.position, position: position, label: label)
    }
    let minors = panel.y.scale == .log ? NiceTicks.logarithmicMinors(scale.low, scale.high) : []
    return AxisLayout(
      scale: scale, tickRule: y.tickRule, ticks: tickLayouts, minors: minors.map(scale.position),
      heading: heading, isNamed: y.isNamed)
  }

  private func colorBar(_ plot: Rect, _ frame: Rect) -> ColorBarLayout? {
    guard let map = heatMap, let label = map.label else { return nil }
    let (low, high) = map.colorDomain
    let bar = Rect(x: plot.maxX + 16, y: plot.y + 18, width: 11, height: max(plot.height - 18, 10))
    let scale = AxisScale(.linear, low, high, from: bar.maxY, to: bar.y)
    // Ticks are in percent if the cells are; otherwise they have as many digits as they need.
    var format: NumberFormat?
    if case .percent = map.numbers { format = .percent(0) }
    var found = NiceTicks.linear(low, high, count: max(2, Int(bar.height / 36)), format: format)
    if found.count < 3 {
      let format = map.numbers ?? .significant(2)
      found = (low < 0 && high > 0 ? [low, 0, high] : [low, high]).map { Tick(at: $0, format.string($0)) }
    }
    let ticks = found.map { tick in
      let position = scale.position(tick.position)
      return AxisLayout.TickLayout(
        value: tick.position, position: position,
        label: [measurer.run(tick.label, Theme.tick, Theme.muted, at: Point(bar.maxX + 6, position + 4))])
    }
    // Up to the edge of the panel, and a little into the margin of the page.
    let room = frame.maxX + Theme.margin / 2 - bar.x
    let heading = measurer.run(
      measurer.elided(label, Theme.tick, width: room), Theme.tick, Theme.muted, at: Point(bar.x, plot.y + 9))
    return ColorBarLayout(bar: bar, ticks: ticks, heading: heading, palette: map.palette)
  }
}
