import Support

/// The content of an axis, before layout: the extent of its numbers, and the names that stand for numbers.
struct AxisContent {
  var axis: Axis
  var extent: Extent
  /// Explicit ticks: the names of bars and cells, or the ticks that the axis gives.
  var names: [Tick]?
  /// Whether the ticks are the names of bars or cells.
  var isNamed: Bool
  /// Whether the axis runs downwards, like the rows of a table.
  var reversed = false
  /// Whether ticks and heading are shown at all.
  var isVisible = true

  /// The scale between two coordinates on the page.
  func scale(from start: Double, to end: Double) -> AxisScale {
    let (low, high) = extent.domain(of: axis)
    return reversed
      ? AxisScale(axis.scale, low, high, from: end, to: start)
      : AxisScale(axis.scale, low, high, from: start, to: end)
  }

  /// Checks that the numbers of the axis are far enough apart for positions to tell them apart.
  ///
  /// - Throws: ``ChartError/invalid(mark:what:)`` if they all are so close to 0 that their distances vanish.
  func checkWidth(_ side: String) throws(ChartError) {
    let (low, high) = extent.domain(of: axis)
    let width =
      axis.scale == .linear ? high / 2 - low / 2 : decimalLogarithm(high) - decimalLogarithm(low)
    guard width >= (axis.scale == .linear ? 8 * .leastNonzeroMagnitude : 0x1p-40), width.isFinite else {
      throw .invalid(
        mark: "the \(side) axis",
        what:
          "it reaches from \(low) to \(high), too close together to draw: multiply the numbers, or give the axis "
          + "a wider domain")
    }
  }

  /// The rule of the axis's ticks.
  var tickRule: TickRule { TickRule(axis: axis, given: isVisible ? names : [], isWhole: extent.whole) }

  /// The ticks inside the domain; about `count` ticks if they are automatic.
  func ticks(on scale: AxisScale, count: Int) -> [Tick] { tickRule.ticks(on: scale, count: count) }
}

/// The rule of an axis's ticks: given ones, or round numbers as many as there is room for.
package struct TickRule: Hashable, Codable, Sendable {
  package var axis: Axis
  /// The ticks whatever the room; `nil` for automatic ones.
  var given: [Tick]?
  /// Whether all numbers of the axis are whole.
  var isWhole: Bool

  /// The ticks inside the domain; about `count` ticks if they are automatic.
  func ticks(on scale: AxisScale, count: Int) -> [Tick] {
    if let given { return given.filter { scale.contains($0.position) } }
    switch axis.scale {
    case .linear:
      return NiceTicks.linear(
        scale.low, scale.high, count: count, whole: isWhole && axis.format == nil, format: axis.format)
    case .log:
      return NiceTicks.logarithmic(scale.low, scale.high, count: count, format: axis.format)
    }
  }
}

extension AxisContent {
  /// The content of both axes of a panel.
  static func axes(of panel: Panel) -> (x: AxisContent, y: AxisContent) {
    var (x, y) = (Extent(), Extent())
    var (xNames, yNames): ([Tick]?, [Tick]?)
    var (isXNamed, isYNamed, rowsDown, hidesY) = (false, false, false, false)
    for mark in panel.marks {
      let extents = mark.extents(on: panel.x.scale, panel.y.scale)
      x.include(extents.x)
      y.include(extents.y)
      switch mark {
      case .bars(let bars):
        let names = bars.names.enumerated().map { Tick(at: $0.offset, $0.element) }
        if bars.direction == .vertical {
          (xNames, isXNamed) = (names, true)
        } else {
          (yNames, isYNamed, rowsDown) = (names, true, true)
        }
      case .heatMap(let map):
        xNames = map.columns.enumerated().map { Tick(at: $0.offset, $0.element) }
        yNames = map.rows.enumerated().map { Tick(at: $0.offset, $0.element) }
        (isXNamed, isYNamed, rowsDown) = (true, true, true)
      case .numberLine: hidesY = true
      default: break
      }
    }
    return (
      AxisContent(axis: panel.x, extent: x, names: panel.x.ticks ?? xNames, isNamed: isXNamed),
      AxisContent(
        axis: panel.y, extent: y, names: panel.y.ticks ?? yNames, isNamed: isYNamed, reversed: rowsDown,
        isVisible: !hidesY)
    )
  }
}

/// The range of numbers that an axis has to hold.
struct Extent: Hashable {
  var low = Double.infinity
  var high = -Double.infinity
  /// Whether all numbers are whole, like counts, codes and bit widths.
  var whole = true
  /// Whether the axis starts exactly at `low`, without a margin.
  var flushLow = false
  /// Whether the axis ends exactly at `high`, without a margin.
  var flushHigh = false

  var isEmpty: Bool { low > high }

  mutating func include(_ value: Double) {
    low = min(low, value)
    high = max(high, value)
    if value != value.rounded() { whole = false }
  }

  mutating func include(_ values: [Double]) { values.forEach { include($0) } }

  mutating func include(_ other: Extent) {
    guard !other.isEmpty else { return }
    flushLow = other.low < low ? other.flushLow : other.low == low ? flushLow || other.flushLow : flushLow
    flushHigh =
      other.high > high ? other.flushHigh : other.high == high ? flushHigh || other.flushHigh : flushHigh
    (low, high, whole) = (min(low, other.low), max(high, other.high), whole && other.whole)
  }

  /// The domain of an axis: the axis's own, or these numbers with a margin.
  func domain(of axis: Axis) -> (low: Double, high: Double) {
    if let domain = axis.domain, domain.lowerBound < domain.upperBound {
      return (domain.lowerBound, domain.upperBound)
    }
    if isEmpty { return axis.scale == .log ? (1, 10) : (0, 1) }
    switch axis.scale {
    case .linear:
      if low == high {
        let half = low == 0 ? 1 : abs(low) / 2
        return (Self.limited(low - half), Self.limited(high + half))
      }
      let margin = high / 25 - low / 25
      return (flushLow ? low : Self.limited(low - margin), flushHigh ? high : Self.limited(high + margin))
    case .log:
      // The ratio of the ends may overflow, the difference of their logarithms not.
      let ratio = high / low
      let decades = ratio.isFinite ? decimalLogarithm(ratio) : decimalLogarithm(high) - decimalLogarithm(low)
      let span = max(decades, 0.3)
      return (
        flushLow ? low : max(low / factor(span), .leastNonzeroMagnitude),
        flushHigh ? high : Self.limited(high * factor(span))
      )
    }
  }

  /// The nearest finite number.
  private static func limited(_ value: Double) -> Double {
    min(max(value, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
  }

  private func factor(_ decades: Double) -> Double {
    // 10^(decades/25) by its series to second order: exact enough for a margin.
    let t = decades / 25 * 2.302_585_093
    return 1 + t + t * t / 2
  }
}

extension Mark {
  /// The numbers that the axes have to hold for this mark; empty for a region, a graph and images.
  func extents(on xScale: Axis.Scale, _ yScale: Axis.Scale) -> (x: Extent, y: Extent) {
    var (x, y) = (Extent(), Extent())
    switch self {
    case .line(let line):
      x.include(line.x)
      y.include(line.y)
    case .scatter(let scatter):
      x.include(scatter.x)
      y.include(scatter.y)
    case .band(let band):
      x.include(band.x)
      y.include(band.low)
      y.include(band.high)
    case .histogram(let histogram):
      x.include(histogram.edges)
      histogram.buckets.map { x.include($0.edges) }
      // An empty bin has no bar, so a logarithmic axis ignores it.
      y.include(yScale == .log ? histogram.counts.filter { $0 > 0 } : histogram.counts)
      Mark.addBase(to: &y, yScale)
    case .bars(let bars): (x, y) = bars.extents(on: xScale, yScale)
    case .heatMap(let map):
      x.include([-0.5, Double(map.cells.first?.count ?? 0) - 0.5])
      y.include([-0.5, Double(map.cells.count) - 0.5])
      (x.flushLow, x.flushHigh, y.flushLow, y.flushHigh) = (true, true, true, true)
    case .numberLine(let line):
      x.include(line.levels + line.points + line.snapped)
    case .reference(let reference):
      if case .horizontal(let value) = reference.course { y.include(value) }
      if case .vertical(let value) = reference.course { x.include(value) }
    case .annotation(let note):
      x.include(note.x)
      y.include(note.y)
    case .region, .graph, .imageGrid:
      break
    }
    return (x, y)
  }

  /// Widens the axis of lengths to their base: zero, or a number below the smallest on a logarithmic axis.
  fileprivate static func addBase(to extent: inout Extent, _ scale: Axis.Scale) {
    guard scale == .linear else {
      guard extent.low > 0, !extent.isEmpty else { return }
      // Half of the smallest count, so that a count of one has a bar; otherwise the next power of ten below.
      let isCount = extent.whole && extent.low < 10
      let decade = powerOfTen(Int((decimalLogarithm(extent.low) - 0.1).rounded(.down)))
      extent.include(isCount ? extent.low / 2 : decade > 0 ? decade : extent.low)
      extent.flushLow = true
      return
    }
    extent.include(0)
    if extent.low == 0 { extent.flushLow = true }
    if extent.high == 0 { extent.flushHigh = true }
  }
}

extension Mark.Bars {
  fileprivate func extents(on xScale: Axis.Scale, _ yScale: Axis.Scale) -> (x: Extent, y: Extent) {
    var (lengths, slots) = (Extent(), Extent())
    series.forEach { lengths.include($0.values) }
    Mark.addBase(to: &lengths, direction == .vertical ? yScale : xScale)
    slots.include([-0.5, Double(names.count) - 0.5])
    (slots.flushLow, slots.flushHigh) = (true, true)
    return direction == .vertical ? (slots, lengths) : (lengths, slots)
  }
}
