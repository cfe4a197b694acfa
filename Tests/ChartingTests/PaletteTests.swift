import Charting
import Testing

@Suite struct PaletteTests {
  private static let colors = SeriesColor.allCases

  /// All pairs of some colours.
  private func pairs(_ colors: [SeriesColor]) -> [(SeriesColor, SeriesColor)] {
    colors.indices.flatMap { index in colors[..<index].map { ($0, colors[index]) } }
  }

  /// Pairs from Sharma, Wu and Dalal's table 1 that tell the cases of the formula apart.
  @Test(arguments: [
    ([50, 2.6772, -79.7751, 50, 0, -82.7485], 2.0425), ([50, -1, 2, 50, 0, 0], 2.3669),
    ([50, 2.49, -0.001, 50, -2.49, 0.0009], 7.1792), ([50, 2.49, -0.001, 50, -2.49, 0.0011], 7.2195),
    ([50, -0.001, 2.49, 50, 0.0011, -2.49], 4.7461), ([50, 2.5, 0, 73, 25, -18], 27.1492),
    ([60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387], 1.2644),
    ([22.7233, 20.0904, -46.6940, 23.0331, 14.9730, -42.5619], 2.0373),
    ([90.9257, -0.5406, -0.9208, 88.6381, -0.8985, -0.7239], 1.5381),
    ([2.0776, 0.0795, -1.1350, 0.9033, -0.0636, -0.5514], 0.9082),
  ])
  func `the distance has its published values`(_ lab: [Double], _ published: Double) {
    let distance = LabColor(lab[0], lab[1], lab[2]).distance(to: LabColor(lab[3], lab[4], lab[5]))
    #expect(abs(distance - published) < 0.000_05)
  }

  @Test(arguments: ColorVision.allCases)
  func `every two series colours are far apart to every colour vision`(_ vision: ColorVision) {
    for (a, b) in pairs(Self.colors) {
      let distance = vision.distance(Theme.paint(a), Theme.paint(b))
      #expect(distance >= 14, "\(a) and \(b): \(distance)")
    }
  }

  @Test func `colours with a meaning are five, and farther apart`() {
    let meanings: [SeriesColor] = [.floats, .seen, .before, .after, .lost]
    #expect(Set(meanings).count == 5)
    for (a, b) in pairs(meanings) {
      let distance = ColorVision.leastDistance(Theme.paint(a), Theme.paint(b))
      #expect(distance >= 16, "\(a) and \(b): \(distance)")
    }
  }

  @Test func `the first two automatic colours differ without colour too`() throws {
    let chart = Chart(marks: [.bars(["a"], series: [.init([1], label: "a"), .init([2], label: "b")])])
    let paints = try chart.layout().panels[0].legend.map { entry -> Paint in
      guard case .area(let paint) = entry.sample else { return Theme.background }
      return paint
    }
    #expect(paints.count == 2 && paints[0].contrast(with: paints[1]) >= 3)
  }

  @Test func `floats, what is seen and what is lost differ without colour in a group of bars`() throws {
    let colors: [SeriesColor] = [.floats, .seen, .lost]
    let series = colors.map { Mark.Bars.Series([1.0], label: $0.rawValue, color: $0) }
    let samples = try Chart(marks: [.bars(["a"], series: series)]).layout().panels[0].legend.map(\.sample)
    #expect(
      samples == [
        .area(Theme.paint(.floats)), .bar(Theme.paint(.seen), .framed), .bar(Theme.paint(.lost), .hatched),
      ])
    let alone = try Chart(marks: [.bars(["a"], [1.0], label: "a", color: .lost)]).layout().panels[0].legend
    #expect(alone.map(\.sample) == [.area(Theme.paint(.lost))])
  }

  @Test func `every series colour has a contrast of 3 to 1 on white`() {
    for color in Self.colors {
      #expect(Theme.paint(color).contrast(with: Theme.background) >= 3, "\(color)")
    }
  }

  @Test func `the contrast of black and white is 21, and of a middle gray as published`() {
    let black = HeatPalette.paint(.gray, 0)
    #expect(abs(black.contrast(with: Theme.background) - 21) < 0.01)
    // 0x767676 is the lightest gray that W3C accepts for text on white, with 4.54.
    #expect(abs(HeatPalette.paint(.gray, Double(0x76) / 255).contrast(with: Theme.background) - 4.54) < 0.03)
  }

  @Test func `buckets in use, buckets unused and the page are far apart`() {
    #expect(ColorVision.leastDistance(Theme.usedBucket, Theme.unused) >= 10)
    #expect(ColorVision.leastDistance(Theme.usedBucket, Theme.background) >= 10)
    #expect(ColorVision.leastDistance(Theme.unused, Theme.background) >= 10)
    for color in Self.colors {
      #expect(ColorVision.leastDistance(Theme.paint(color), Theme.usedBucket) >= 14, "\(color)")
      #expect(ColorVision.leastDistance(Theme.paint(color), Theme.unused) >= 14, "\(color)")
    }
  }

  @Test(arguments: [Mark.HeatMap.Palette.sequential, .diverging, .gray])
  func `the ends of a heat map's palette are far apart, and from its middle`(_ palette: Mark.HeatMap.Palette)
  {
    let (low, middle, high) = (
      HeatPalette.paint(palette, 0), HeatPalette.paint(palette, 0.5), HeatPalette.paint(palette, 1)
    )
    #expect(ColorVision.leastDistance(low, high) >= 40)
    #expect(ColorVision.leastDistance(low, middle) >= 20)
    #expect(ColorVision.leastDistance(middle, high) >= 20)
  }

  @Test(arguments: [Mark.HeatMap.Palette.sequential, .diverging, .gray])
  func `numbers in cells are readable on every colour`(_ palette: Mark.HeatMap.Palette) {
    for step in 0...100 {
      let paint = HeatPalette.paint(palette, Double(step) / 100)
      #expect(Theme.text(on: paint).contrast(with: paint) >= 4.5, "\(step) %")
    }
  }
}
