import Support

/// The numbers that an axis has to hold.
struct Extent: Hashable {
  var low = Double.infinity
  var high = -Double.infinity
  /// Whether every number so far was whole, as counts, codes and bit widths are.
  var whole = true
  /// Whether the axis starts exactly at `low`, or ends at `high`, without a margin.
  var flushLow = false
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

  /// The domain of an axis: these numbers with a margin, or the one asked for.
  func domain(of axis: Axis) -> (low: Double, high: Double) {
    if let domain = axis.domain, domain.lowerBound < domain.upperBound {
      return (domain.lowerBound, domain.upperBound)
    }
    if isEmpty { return axis.scale == .log ? (1, 10) : (0, 1) }
    switch axis.scale {
    case .linear:
      if low == high {
        let half = low == 0 ? 1 : abs(low) / 2
        return (low - half, high + half)
      }
      let margin = high / 25 - low / 25
      return (flushLow ? low : low - margin, flushHigh ? high : high + margin)
    case .log:
      let span = max(decimalLogarithm(high / low), 0.3)
      return (flushLow ? low : low / factor(span), flushHigh ? high : high * factor(span))
    }
  }

  private func factor(_ decades: Double) -> Double {
    // 10^(decades/25), by its series: exact enough for a margin.
    let t = decades / 25 * 2.302_585_093
    return 1 + t + t * t / 2
  }
}
