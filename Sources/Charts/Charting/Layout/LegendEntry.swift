import Support

/// One label of a legend with the sample that stands beside it.
package struct LegendEntry: Hashable, Codable, Sendable {
  /// What the sample looks like.
  package enum Sample: Hashable, Codable, Sendable {
    case line(Paint, dashes: [Double], marker: Int?)
    case point(Paint, marker: Int)
    case area(Paint)
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

  func moved(by dx: Double, _ dy: Double) -> LegendEntry {
    LegendEntry(sample: sample, sampleBox: sampleBox.moved(by: dx, dy), label: label.moved(by: dx, dy))
  }
}

extension LegendEntry {
  /// What a panel's legend lists, in the order of its marks.
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
        series.label.map { (.area(style.paint), $0) }
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
    let share: (Int) -> String = { NumberFormat.grouped.string(Double($0)) }
    return [(.area(Theme.usedBucket), "codes in use: \(share(used))")]
      + (unused > 0 ? [(.area(Theme.unused), "unused: \(share(unused))")] : [])
  }
}

extension SeriesStyle {
  var bandPaint: Paint { paint.with(alpha: 0.2) }
  var regionPaint: Paint { paint.with(alpha: 0.14) }
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
