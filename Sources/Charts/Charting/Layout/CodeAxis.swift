import Support

/// The integer codes of a histogram's buckets, written along the top of its plot.
package struct CodeAxis: Hashable, Codable, Sendable {
  /// The places of the codes written, and the text.
  package var ticks: [AxisLayout.TickLayout]

  /// The room it takes above the plot.
  static let height = 17.0

  /// The codes that have room above the plot.
  static func layout(
    _ buckets: Buckets, on scale: AxisScale, plot: Rect, _ measurer: TextMeasurer
  ) -> CodeAxis? {
    guard let range = buckets.codes, buckets.hasCodeForEach else { return nil }
    let middles = (0..<buckets.count).map { buckets.edges[$0] / 2 + buckets.edges[$0 + 1] / 2 }
    let visible = middles.indices.filter { scale.contains(middles[$0]) }
    let codes = visible.map { range.lowerBound + $0 }
    let runs = zip(visible, codes).map { index, code in
      let text = (index == visible.first ? "code " : "") + NumberFormat.fixed(0).string(Double(code))
      let place = Point(scale.position(middles[index]), plot.y - 6)
      return measurer.run(text, Theme.small, Theme.muted, at: place, .center)
    }
    let places = visible.map { scale.position(middles[$0]) }
    let shown = CodeSelection.indices(codes: codes, places: places, widths: runs.map(\.width), gap: 28)
    return CodeAxis(
      ticks: shown.map { index in
        AxisLayout.TickLayout(value: Double(codes[index]), position: places[index], label: [runs[index]])
      })
  }
}

extension PanelPlan {
  /// The first histogram's buckets that have codes to write.
  var codedBuckets: Buckets? {
    for case .histogram(let histogram) in panel.marks {
      if let buckets = histogram.buckets, buckets.codes != nil { return buckets }
    }
    return nil
  }
}
