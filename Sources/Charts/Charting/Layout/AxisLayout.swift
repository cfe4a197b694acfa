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
  package var ticks: [TickLayout]
  /// The positions of the unlabelled ticks of a logarithmic axis.
  package var minors: [Double]
  package var heading: TextRun?
  /// Whether the ticks are names: no tick marks and no grid.
  package var isNamed: Bool
}

/// The map from the numbers of an axis to coordinates on the page.
package struct AxisScale: Hashable, Codable, Sendable {
  package var kind: Axis.Scale
  /// The number at `start`; below `high`.
  package var low: Double
  /// The number at `end`.
  package var high: Double
  /// The coordinate of `low`.
  package var start: Double
  /// The coordinate of `high`.
  package var end: Double

  /// Creates a scale.
  ///
  /// - Parameters:
  ///   - kind: Linear or logarithmic.
  ///   - low: The number at `start`.
  ///   - high: The number at `end`, above `low`.
  ///   - start: The coordinate of `low`.
  ///   - end: The coordinate of `high`; may be less than `start`.
  package init(_ kind: Axis.Scale, _ low: Double, _ high: Double, from start: Double, to end: Double) {
    (self.kind, self.low, self.high, self.start, self.end) = (kind, low, high, start, end)
  }

  /// The coordinate of a number, clamped to a hundred lengths of the axis outside the domain.
  package func position(_ value: Double) -> Double {
    start + (end - start) * min(max(share(value), -100), 101)
  }

  /// Whether a number lies in the domain, up to rounding.
  package func contains(_ value: Double) -> Bool {
    let share = share(value)
    return share >= -1e-9 && share <= 1 + 1e-9
  }

  /// The position of a number relative to the domain: 0 at `low`, 1 at `high`.
  func share(_ value: Double) -> Double {
    switch kind {
    case .linear:
      // Halved, so that a domain as wide as all doubles does not overflow.
      (value / 2 - low / 2) / (high / 2 - low / 2)
    case .log:
      (decimalLogarithm(value) - decimalLogarithm(low)) / (decimalLogarithm(high) - decimalLogarithm(low))
    }
  }

  /// The position of a number relative to the domain, clamped to 0...1; 0 for an empty domain.
  func boundedShare(_ value: Double) -> Double {
    let share = share(value)
    return share.isNaN ? 0 : min(max(share, 0), 1)
  }

  /// The number at a coordinate of a linear axis.
  func value(at position: Double) -> Double {
    low + (high - low) * (position - start) / (end - start)
  }
}

/// Both scales of a plot: the map from pairs of numbers to points on the page.
struct Axes {
  let x: AxisScale
  let y: AxisScale

  func point(_ valueX: Double, _ valueY: Double) -> Point { Point(x.position(valueX), y.position(valueY)) }

  func points(_ valuesX: [Double], _ valuesY: [Double]) -> [Point] {
    zip(valuesX, valuesY).map { point($0, $1) }
  }

  func contains(_ valueX: Double, _ valueY: Double) -> Bool { x.contains(valueX) && y.contains(valueY) }

  /// The rectangle between two pairs of numbers.
  func rect(_ x1: Double, _ x2: Double, _ y1: Double, _ y2: Double) -> Rect {
    Rect(point(x1, y1), point(x2, y2))
  }

  /// The number from which lengths are measured: zero, or the end of the axis nearest to zero.
  func base(_ scale: AxisScale) -> Double { min(max(0, scale.low), scale.high) }
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
