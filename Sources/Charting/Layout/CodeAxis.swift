import Support

/// The integer codes of a histogram's buckets, written along the top of its plot.
package struct CodeAxis: Hashable, Codable, Sendable {
  /// The places of the codes written, and the text.
  package var ticks: [AxisLayout.TickLayout]

  /// The room it takes above the plot.
  static let height = 17.0

  /// Both ends, and between them the multiples of a power of two that have room.
  static func layout(
    _ buckets: Buckets, on scale: AxisScale, plot: Rect, _ measurer: TextMeasurer
  ) -> CodeAxis? {
    guard let codes = buckets.codes, codes.count == buckets.count else { return nil }
    func tick(_ code: Int, _ prefix: String = "") -> AxisLayout.TickLayout? {
      let index = code - codes.lowerBound
      let middle = buckets.edges[index] / 2 + buckets.edges[index + 1] / 2
      guard scale.contains(middle) else { return nil }
      let place = Point(scale.position(middle), plot.y - 6)
      let text = prefix + NumberFormat.fixed(0).string(Double(code))
      return AxisLayout.TickLayout(
        value: Double(code), position: place.x,
        label: [measurer.run(text, Theme.small, Theme.muted, at: place, .center)])
    }
    var step = 1
    let width = abs(scale.position(buckets.edges[1]) - scale.position(buckets.edges[0]))
    while Double(step) * width < 64, step < codes.count { step *= 2 }
    let inner = codes.filter { $0 % step == 0 && $0 != codes.lowerBound && $0 != codes.upperBound }
    var ticks: [AxisLayout.TickLayout] = []
    // The ends first: they may not give way.
    for next in [tick(codes.lowerBound, "code "), tick(codes.upperBound)] + inner.map({ tick($0) }) {
      guard let next else { continue }
      let box = next.label[0].box.grown(by: 4)
      if !ticks.contains(where: { $0.label[0].box.intersects(box) }) { ticks.append(next) }
    }
    return CodeAxis(ticks: ticks)
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
