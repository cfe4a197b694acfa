import Support

/// The text above the plot of a panel: the title, the legend, and the heading of the vertical axis.
struct PanelHeader {
  var title: [TextRun]
  var legend: [LegendEntry]
  var heading: [TextRun]
  var height: Double

  static let sampleWidth = 24.0
  private static let entryGap = 20.0
  private static let sampleGap = 6.0
  private static let rowHeight = 19.0

  /// Lays the header out in a column of a width, with its upper left corner at 0, 0.
  ///
  /// - Parameters:
  ///   - title: The title of the panel.
  ///   - legend: The samples and labels of the legend.
  ///   - heading: The heading of the vertical axis.
  ///   - width: The width of the column.
  ///   - below: The free height between header and plot.
  ///   - measurer: Measures the width of text.
  init(
    title: String?, legend: [(sample: LegendEntry.Sample, label: String)], heading: String?, width: Double,
    below: Double, _ measurer: TextMeasurer
  ) {
    (self.title, self.legend, self.heading, height) = ([], [], [], 0)
    for line in title.map({ measurer.broken($0, Theme.panelTitle, width: width) }) ?? [] {
      let baseline = Point(0, height + Theme.panelTitle.ascent)
      self.title.append(measurer.run(line, Theme.panelTitle, Theme.foreground, at: baseline))
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
      self.legend += row.map { $0.translated(by: shift, height) }
      height += Self.rowHeight
    }
    if let heading {
      if fitsBeside { height -= Self.rowHeight } else if !rows.isEmpty { height += 3 }
      let lines = measurer.broken(heading, Theme.label, width: width)
      self.heading = lines.enumerated().map { row, line in
        let baseline = Point(0, height + 13 + Double(row) * Theme.label.lineHeight)
        return measurer.run(line, Theme.label, Theme.muted, at: baseline)
      }
      height += Self.rowHeight + Double(lines.count - 1) * Theme.label.lineHeight
    }
    height += below > 0 ? below : height > 0 ? 8 : 0
  }

  /// The legend broken into rows; a label wider than a row is elided.
  private static func rows(
    _ contents: [(sample: LegendEntry.Sample, label: String)], width: Double, _ measurer: TextMeasurer
  ) -> [[LegendEntry]] {
    var rows: [[LegendEntry]] = []
    var x = 0.0
    for (sample, label) in contents {
      let sampleWidth = sample.width
      let label = measurer.elided(label, Theme.label, width: width - sampleWidth - sampleGap)
      let labelWidth = measurer.width(label, Theme.label)
      if rows.isEmpty || x + sampleWidth + sampleGap + labelWidth > width {
        rows.append([])
        x = 0
      }
      let entry = LegendEntry(
        sample: sample, sampleBox: Rect(x: x, y: 3, width: sampleWidth, height: 12),
        label: measurer.run(label, Theme.label, Theme.foreground, at: Point(x + sampleWidth + sampleGap, 13)))
      rows[rows.count - 1].append(entry)
      x = entry.label.box.maxX + entryGap
    }
    return rows
  }

  /// The header on the page: the title at the top of a row of panels, the rest directly above the plot.
  func translated(by dx: Double, top: Double, bottom: Double) -> PanelHeader {
    var header = self
    let dy = bottom - height
    header.title = title.map { $0.translated(by: dx, top) }
    header.legend = legend.map { $0.translated(by: dx, dy) }
    header.heading = heading.map { $0.translated(by: dx, dy) }
    return header
  }
}

extension LegendEntry.Sample {
  fileprivate var width: Double {
    switch self {
    case .line: PanelHeader.sampleWidth
    case .node: 22
    case .area, .bar: 14
    case .point: 10
    }
  }
}

/// One label of a legend with its sample.
package struct LegendEntry: Hashable, Codable, Sendable {
  /// The look of a sample.
  package enum Sample: Hashable, Codable, Sendable {
    case line(Paint, dashes: [Double], marker: Int?)
    case point(Paint, marker: Int)
    case area(Paint)
    case bar(Paint, BarPattern)
    case node(GraphDiagram.Node.Kind)
  }

  package var sample: Sample
  package var sampleBox: Rect
  package var label: TextRun

  /// The area of sample and label together.
  package var box: Rect {
    Rect(
      x: sampleBox.x, y: min(sampleBox.y, label.box.y), width: label.box.maxX - sampleBox.x,
      height: max(sampleBox.maxY, label.box.maxY) - min(sampleBox.y, label.box.y))
  }

  func translated(by dx: Double, _ dy: Double) -> LegendEntry {
    LegendEntry(
      sample: sample, sampleBox: sampleBox.translated(by: dx, dy), label: label.translated(by: dx, dy))
  }
}

extension LegendEntry {
  /// The samples and labels of a panel's legend, in the order of its marks.
  static func contents(of panel: Panel, _ styles: [[SeriesStyle]]) -> [(sample: Sample, label: String)] {
    guard panel.legend == .automatic else { return [] }
    var contents: [(sample: Sample, label: String)] = []
    for (mark, styles) in zip(panel.marks, styles) {
      for entry in entries(of: mark, styles) where !contents.contains(where: { $0 == entry }) {
        contents.append(entry)
      }
    }
    return contents
  }

  private static func entries(
    of mark: Mark, _ styles: [SeriesStyle]
  ) -> [(sample: Sample, label: String)] {
    func one(_ label: String?, _ sample: (SeriesStyle) -> Sample) -> [(sample: Sample, label: String)] {
      guard let label, let style = styles.first else { return [] }
      return [(sample(style), label)]
    }
    switch mark {
    case .line(let line):
      return one(line.label) {
        .line($0.paint, dashes: Theme.dashes($0.dash), marker: line.markers ? $0.ordinal : nil)
      }
    case .scatter(let scatter): return one(scatter.label) { .point($0.paint, marker: $0.ordinal) }
    case .band(let band): return one(band.label) { .area($0.bandPaint) }
    case .region(let region): return one(region.label) { .area($0.regionPaint) }
    case .histogram(let histogram):
      return one(histogram.label) { .area($0.paint) } + bucketEntries(histogram.buckets)
    case .bars(let bars):
      return zip(bars.series, styles).compactMap { series, style in
        series.label.map { label in
          (style.pattern.map { .bar(style.paint, $0) } ?? .area(style.paint), label)
        }
      }
    case .graph(let diagram):
      return GraphDiagram.Node.Kind.allCases.filter { kind in diagram.nodes.contains { $0.kind == kind } }
        .map { (.node($0), $0.legendLabel) }
    case .heatMap, .numberLine, .reference, .annotation, .imageGrid: return []
    }
  }

  private static func bucketEntries(_ buckets: Buckets?) -> [(sample: Sample, label: String)] {
    guard let buckets, !buckets.used.isEmpty else { return [] }
    let used = buckets.used.filter { $0 }.count
    let unused = buckets.used.count - used
    let grouped: (Int) -> String = { NumberFormat.grouped.string(Double($0)) }
    return [(.area(Theme.usedBucket), "codes in use: \(grouped(used))")]
      + (unused > 0 ? [(.area(Theme.unused), "unused: \(grouped(unused))")] : [])
  }
}

extension GraphDiagram.Node.Kind {
  var legendLabel: String {
    switch self {
    case .staticValue: "static: fixed before inference"
    case .dynamicValue: "dynamic: differs with each input"
    case .operation: "operation"
    case .layer: "layer"
    case .quantizer: "quantizer"
    }
  }
}
