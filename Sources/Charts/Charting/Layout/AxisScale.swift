import Support

/// Where the numbers of an axis lie on the page.
package struct AxisScale: Hashable, Codable, Sendable {
  package var kind: Axis.Scale
  /// The numbers at both ends, the lower first.
  package var low: Double
  package var high: Double
  /// The points on the page where they lie; `start` belongs to `low`.
  package var start: Double
  package var end: Double

  package init(_ kind: Axis.Scale, _ low: Double, _ high: Double, from start: Double, to end: Double) {
    (self.kind, self.low, self.high, self.start, self.end) = (kind, low, high, start, end)
  }

  /// The place of a number; far outside the domain it is held at a hundred lengths of the axis.
  package func position(_ value: Double) -> Double {
    start + (end - start) * min(max(share(value), -100), 101)
  }

  package func contains(_ value: Double) -> Bool {
    let share = share(value)
    return share >= -1e-9 && share <= 1 + 1e-9
  }

  /// How far along the axis a number is: 0 at `low`, 1 at `high`.
  func share(_ value: Double) -> Double {
    switch kind {
    case .linear:
      // Halves, so that a domain as wide as all doubles does not overflow.
      (value / 2 - low / 2) / (high / 2 - low / 2)
    case .log:
      (decimalLogarithm(value) - decimalLogarithm(low)) / (decimalLogarithm(high) - decimalLogarithm(low))
    }
  }

  /// How far along the axis a number is, held between 0 and 1; 0 on an axis of no length.
  func boundedShare(_ value: Double) -> Double {
    let share = share(value)
    return share.isNaN ? 0 : min(max(share, 0), 1)
  }

  /// The number at a place, on a linear axis.
  func value(at position: Double) -> Double {
    low + (high - low) * (position - start) / (end - start)
  }
}
