import Support

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
      // Halved, so that a domain as wide as all doubles does not overflow. Half of the smallest double is 0.
      let width = high / 2 - low / 2
      return width == 0 ? 0 : (value / 2 - low / 2) / width
    case .log:
      // Zero and less, as the end of a region may be, lie below every end of the axis.
      guard value > 0 else { return -.infinity }
      return (decimalLogarithm(value) - decimalLogarithm(low))
        / (decimalLogarithm(high) - decimalLogarithm(low))
    }
  }

  /// The position of a number relative to the domain, clamped to 0...1; 0 for an empty domain.
  func boundedShare(_ value: Double) -> Double {
    let share = share(value)
    return share.isNaN ? 0 : min(max(share, 0), 1)
  }

  /// The number at a coordinate of a linear axis.
  func value(at position: Double) -> Double {
    let width = high - low
    let share = (position - start) / (end - start)
    return width.isFinite
      ? low + width * (position - start) / (end - start) : low * (1 - share) + high * share
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

  /// The rectangle between two pairs of numbers.
  func rect(_ x1: Double, _ x2: Double, _ y1: Double, _ y2: Double) -> Rect {
    Rect(point(x1, y1), point(x2, y2))
  }

  /// The number from which lengths are measured: zero, or the end of the axis nearest to zero.
  func base(_ scale: AxisScale) -> Double { min(max(0, scale.low), scale.high) }
}

/// The map from the numbers of one heat map to colours.
struct HeatColors {
  let palette: Mark.HeatMap.Palette
  let scale: AxisScale

  /// The position of a number in the colour domain, from 0 to 1.
  func share(_ value: Double) -> Double { scale.boundedShare(value) }

  func paint(_ value: Double) -> Paint { HeatPalette.paint(palette, share(value)) }
}

extension Mark.HeatMap {
  /// The map from this heat map's numbers to colours.
  var colors: HeatColors {
    let (low, high) = colorDomain
    return HeatColors(palette: palette, scale: AxisScale(.linear, low, high, from: 0, to: 1))
  }

  /// The numbers at both ends of the palette; of a diverging palette, symmetric about zero.
  var colorDomain: (low: Double, high: Double) {
    if let domain, domain.lowerBound < domain.upperBound { return (domain.lowerBound, domain.upperBound) }
    let all = cells.joined()
    let (low, high) = (all.min() ?? 0, all.max() ?? 1)
    switch palette {
    case .diverging:
      let reach = max(abs(low), abs(high))
      return reach > 0 ? (-reach, reach) : (-1, 1)
    case .sequential: return low >= 0 && high > 0 ? (0, high) : low < high ? (low, high) : (low, low + 1)
    case .gray: return low < high ? (low, high) : (low, low + 1)
    }
  }
}

/// The colours of heat maps.
package enum HeatPalette {
  private static let sequential: [Paint] = [
    Paint(0xF7FBFF), Paint(0xDCE9F5), Paint(0xB7D4EA), Paint(0x7FB5DA), Paint(0x4391C4), Paint(0x1668A9),
    Paint(0x08417F), Paint(0x082C5C),
  ]
  private static let diverging: [Paint] = [
    Paint(0x0A4C86), Paint(0x3F8FC5), Paint(0xA6CDE5), Paint(0xF7F7F7), Paint(0xF9C4A2), Paint(0xE07B3C),
    Paint(0x9C3D05),
  ]

  /// The colour of a share of the domain, from 0 to 1.
  package static func paint(_ palette: Mark.HeatMap.Palette, _ share: Double) -> Paint {
    let share = min(max(share, 0), 1)
    switch palette {
    case .sequential: return blend(sequential, share)
    case .diverging: return blend(diverging, share)
    case .gray: return Paint(red: share, green: share, blue: share)
    }
  }

  private static func blend(_ stops: [Paint], _ share: Double) -> Paint {
    let position = share * Double(stops.count - 1)
    let index = min(Int(position), stops.count - 2)
    return stops[index].mixed(with: stops[index + 1], position - Double(index))
  }
}
