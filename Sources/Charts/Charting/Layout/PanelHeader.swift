/// What stands above the plot of a panel: its title, the legend, and the heading of its vertical axis.
struct PanelHeader {
  var title: [TextRun]
  var legend: [LegendEntry]
  var heading: TextRun?
  var height: Double

  static let sampleWidth = 24.0
  private static let entryGap = 20.0
  private static let sampleGap = 6.0
  private static let rowHeight = 19.0

  /// Sets the header in a column that is `width` wide, its upper left corner at 0, 0; `below` is kept
  /// free between it and the plot.
  init(
    title: String?, legend: [(sample: LegendEntry.Sample, label: String)], heading: String?, width: Double,
    below: Double, _ measurer: TextMeasurer
  ) {
    (self.title, self.legend, self.heading, height) = ([], [], nil, 0)
    for line in title.map({ measurer.wrapped($0, Theme.panelTitle, width: width) }) ?? [] {
      let baseline = Point(0, height + Theme.panelTitle.ascent)
      self.title.append(measurer.run(line, Theme.panelTitle, Theme.ink, at: baseline))
      height += Theme.panelTitle.lineHeight
    }
    if !self.title.isEmpty { height += 5 }
    let headingWidth = heading.map { measurer.width($0, Theme.label) } ?? 0
    let rows = Self.rows(legend, width: width, measurer)
    let fitsBeside =
      rows.count == 1 && heading != nil
      && headingWidth + 30 + (rows[0].last.map { $0.label.box.maxX } ?? 0) <= width
    for row in rows {
      let shift = fitsBeside ? width - (row.last.map { $0.label.box.maxX } ?? 0) : 0
      self.legend += row.map { $0.moved(by: shift, height) }
      height += Self.rowHeight
    }
    if let heading {
      if fitsBeside { height -= Self.rowHeight } else if !rows.isEmpty { height += 3 }
      self.heading = measurer.run(heading, Theme.label, Theme.muted, at: Point(0, height + 13))
      height += Self.rowHeight
    }
    height += below > 0 ? below : height > 0 ? 8 : 0
  }

  private static func rows(
    _ contents: [(sample: LegendEntry.Sample, label: String)], width: Double, _ measurer: TextMeasurer
  ) -> [[LegendEntry]] {
    var rows: [[LegendEntry]] = []
    var x = 0.0
    for (sample, label) in contents {
      let sampleWidth = sample.width
      let labelWidth = measurer.width(label, Theme.label)
      if rows.isEmpty || x + sampleWidth + sampleGap + labelWidth > width {
        rows.append([])
        x = 0
      }
      let entry = LegendEntry(
        sample: sample, sampleBox: Rect(x: x, y: 3, width: sampleWidth, height: 12),
        label: measurer.run(label, Theme.label, Theme.ink, at: Point(x + sampleWidth + sampleGap, 13)))
      rows[rows.count - 1].append(entry)
      x = entry.label.box.maxX + entryGap
    }
    return rows
  }

  /// The header in its place: the title at the top of a row of panels, the rest on the plot.
  func moved(by dx: Double, top: Double, bottom: Double) -> PanelHeader {
    var header = self
    let dy = bottom - height
    header.title = title.map { $0.moved(by: dx, top) }
    header.legend = legend.map { $0.moved(by: dx, dy) }
    header.heading = heading?.moved(by: dx, dy)
    return header
  }
}

extension LegendEntry.Sample {
  fileprivate var width: Double {
    switch self {
    case .line: PanelHeader.sampleWidth
    case .node: 22
    case .area: 14
    case .point: 10
    }
  }
}
