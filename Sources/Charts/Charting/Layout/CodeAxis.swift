import Support

/// The integer codes of a histogram's buckets, written along the top of its plot.
package struct CodeAxis: Hashable, Codable, Sendable {
  /// The written codes and their positions.
  package var ticks: [AxisLayout.TickLayout]
  /// The word “code”, at the left of the row.
  package var heading: TextRun

  /// The height above the plot that codes in one row or in two need.
  static func height(rows: Int) -> Double { 23 + rowHeight * Double(rows - 1) }
  private static let rowHeight = 13.0
  /// The name of a row of codes.
  static let name = "code"

  /// The codes that have room above the plot, in one row or in two; nil if the buckets have none.
  static func layout(
    _ buckets: Buckets, on scale: AxisScale, plot: Rect, rows: Int, _ measurer: TextMeasurer
  ) -> CodeAxis? {
    guard buckets.codes != nil, buckets.hasCodeForEach else { return nil }
    let texts = texts(of: buckets, on: scale, measurer)
    let shown =
      rows == 1
      ? CodeSelection.indices(
        codes: texts.map(\.code), positions: texts.map(\.position), widths: texts.map(\.width))
      : Array(texts.indices)
    return CodeAxis(
      ticks: shown.map { index in
        let (code, text, position, _) = texts[index]
        let baseline = Point(position, plot.y - 9 - rowHeight * Double(index % rows))
        let run = measurer.run(text, Theme.tick, Theme.foreground, at: baseline, .center)
        return AxisLayout.TickLayout(value: Double(code), position: position, label: [run])
      }, heading: heading(baseline: plot.y - 9, plot: plot, measurer))
  }

  /// The rows in which the codes of some buckets are written: two if a few codes have room in turns alone.
  static func rows(_ buckets: Buckets, on scale: AxisScale, _ measurer: TextMeasurer) -> Int {
    guard buckets.codes != nil, buckets.hasCodeForEach, buckets.count <= 16 else { return 1 }
    let texts = texts(of: buckets, on: scale, measurer)
    func fit(every count: Int) -> Bool {
      zip(texts, texts.dropFirst(count)).allSatisfy { a, b in
        CodeSelection.areApart(abs(a.position - b.position), a.width, b.width)
      }
    }
    return !fit(every: 1) && fit(every: 2) ? 2 : 1
  }

  /// The codes in the domain of an axis, with the middles of their buckets.
  private static func texts(
    of buckets: Buckets, on scale: AxisScale, _ measurer: TextMeasurer
  ) -> [(code: Int, text: String, position: Double, width: Double)] {
    let first = buckets.codes?.lowerBound ?? 0
    return (0..<buckets.count).compactMap { index in
      let middle = buckets.edges[index] / 2 + buckets.edges[index + 1] / 2
      guard scale.contains(middle) else { return nil }
      let text = NumberFormat.fixed(0).string(Double(first + index))
      return (first + index, text, scale.position(middle), measurer.width(text, Theme.tick))
    }
  }
}

extension CodeAxis {
  /// The word “code” at the left of a row of codes.
  static func heading(baseline: Double, plot: Rect, _ measurer: TextMeasurer) -> TextRun {
    measurer.run(name, Theme.tick, Theme.muted, at: Point(plot.x - 8, baseline), .right)
  }
}

/// Selects the codes to write where there is no room for all: both ends, and multiples of a power of two.
enum CodeSelection {
  /// The least distance between two texts where all codes are written.
  static let closeGap = 3.5
  /// The least distance between two texts where some of many codes are left out.
  static let wideGap = 24.0

  /// Whether two texts can stand side by side, their middles being a distance apart.
  static func areApart(
    _ distance: Double, _ width: Double, _ other: Double, gap: Double = closeGap
  ) -> Bool {
    distance >= (width + other) / 2 + gap
  }

  /// The indices of the codes to write: all, if they have room.
  ///
  /// - Parameters:
  ///   - codes: All codes.
  ///   - positions: The middle of each text.
  ///   - widths: The width of each text.
  ///   - gaps: The least distance between two texts: where all codes are written, and where some are left out.
  /// - Returns: The indices, in rising order.
  static func indices(
    codes: [Int], positions: [Double], widths: [Double],
    gaps: (close: Double, wide: Double) = (closeGap, wideGap)
  ) -> [Int] {
    guard let last = codes.indices.last else { return [] }
    let all = zip(codes.indices, codes.indices.dropFirst()).allSatisfy { a, b in
      areApart(abs(positions[a] - positions[b]), widths[a], widths[b], gap: gaps.close)
    }
    if all { return Array(codes.indices) }
    let ends = last == 0 ? [0] : [0, last]
    let gap = codes.count <= 16 ? gaps.close : gaps.wide
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
