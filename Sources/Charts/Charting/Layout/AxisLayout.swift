import Support

/// One axis on the page: the scale, its ticks with their labels, and its heading.
package struct AxisLayout: Hashable, Codable, Sendable {
  /// A tick at a position along the axis.
  package struct TickLayout: Hashable, Codable, Sendable {
    /// The number at the tick.
    package var value: Double
    /// The coordinate on the page, along the axis.
    package var position: Double
    /// The lines of the label; empty where there is no room for it.
    package var label: [TextRun]
  }

  package var scale: AxisScale
  /// The rule that gives ticks for another length, such as that of a preview.
  package var tickRule: TickRule
  package var ticks: [TickLayout]
  /// The positions of the unlabelled ticks of a logarithmic axis.
  package var minors: [Double]
  /// The lines of the heading; empty for none.
  package var heading: [TextRun]
  /// Whether the ticks are names: no tick marks and no grid.
  package var isNamed: Bool

  /// The axis as the chart has it.
  package var axis: Axis { tickRule.axis }

  /// About `count` ticks, which another length than the page's may want.
  func ticks(count: Int) -> [Tick] { tickRule.ticks(on: scale, count: count) }
}

/// The integer codes of a histogram's buckets, written along the top of its plot.
package struct CodeAxis: Hashable, Codable, Sendable {
  /// The written codes and their positions.
  package var ticks: [AxisLayout.TickLayout]

  /// The height above the plot.
  static let height = 17.0

  /// The codes that have room above the plot; nil if the buckets have none.
  static func layout(
    _ buckets: Buckets, on scale: AxisScale, plot: Rect, _ measurer: TextMeasurer
  ) -> CodeAxis? {
    guard let range = buckets.codes, buckets.hasCodeForEach else { return nil }
    let middles = (0..<buckets.count).map { buckets.edges[$0] / 2 + buckets.edges[$0 + 1] / 2 }
    let visible = middles.indices.filter { scale.contains(middles[$0]) }
    let codes = visible.map { range.lowerBound + $0 }
    let runs = zip(visible, codes).map { index, code in
      let text = (index == visible.first ? "code " : "") + NumberFormat.fixed(0).string(Double(code))
      let baseline = Point(scale.position(middles[index]), plot.y - 6)
      return measurer.run(text, Theme.small, Theme.muted, at: baseline, .center)
    }
    let positions = visible.map { scale.position(middles[$0]) }
    let shown = CodeSelection.indices(codes: codes, positions: positions, widths: runs.map(\.width), gap: 28)
    return CodeAxis(
      ticks: shown.map { index in
        AxisLayout.TickLayout(value: Double(codes[index]), position: positions[index], label: [runs[index]])
      })
  }
}

/// Selects the codes to write where there is no room for all: both ends, and multiples of a power of two.
enum CodeSelection {
  /// The indices of the codes to write.
  ///
  /// - Parameters:
  ///   - codes: All codes.
  ///   - positions: The middle of each text.
  ///   - widths: The width of each text.
  ///   - gap: The least distance between two texts.
  /// - Returns: The indices, in rising order.
  static func indices(codes: [Int], positions: [Double], widths: [Double], gap: Double) -> [Int] {
    guard let last = codes.indices.last else { return [] }
    let ends = last == 0 ? [0] : [0, last]
    func collides(_ a: Int, _ b: Int) -> Bool {
      abs(positions[a] - positions[b]) < (widths[a] + widths[b]) / 2 + gap
    }
    var step = 1
    while step <= codes.count {
      let inner = codes.indices.filter { codes[$0] % step == 0 && $0 != 0 && $0 != last }
      if zip(inner, inner.dropFirst()).allSatisfy({ !collides($0, $1) }) {
        return (ends + inner.filter { index in !ends.contains { collides($0, index) } }).sorted()
      }
      step *= 2
    }
    return ends
  }
}
