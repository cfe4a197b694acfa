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
enum HeatPalette {
  private static let sequential: [Paint] = [
    Paint(0xF7FBFF), Paint(0xDCE9F5), Paint(0xB7D4EA), Paint(0x7FB5DA), Paint(0x4391C4), Paint(0x1668A9),
    Paint(0x08417F), Paint(0x082C5C),
  ]
  private static let diverging: [Paint] = [
    Paint(0x0A4C86), Paint(0x3F8FC5), Paint(0xA6CDE5), Paint(0xF7F7F7), Paint(0xF9C4A2), Paint(0xE07B3C),
    Paint(0x9C3D05),
  ]

  /// The colour of a share of the domain, from 0 to 1.
  static func paint(_ palette: Mark.HeatMap.Palette, _ share: Double) -> Paint {
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
