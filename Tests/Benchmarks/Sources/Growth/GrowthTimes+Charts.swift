import Charting

/// The times on one thread and on two.
struct GrowthComparison {
  let one: GrowthTimes
  let two: GrowthTimes

  /// The times of a call against a quantity: a panel for each kind of computation.
  func chart(of quantity: GrowthTimes.Quantity) -> Chart {
    let (title, subtitle, axis) =
      switch quantity {
      case .batch: ("Time of a call against the images in it", "28 × 28 pixels, 32 filters", "images")
      case .side: ("Time of a call against the side of an image", "8 images, 32 filters", "pixels of a side")
      case .channels:
        ("Time of a call against the filters of both convolutions", "8 images of 28 × 28 pixels", "filters")
      }
    let numbers = quantity.numbers.map(Double.init)
    let panels = GrowthTimes.Kind.allCases.map { kind in
      let lines = [("one thread", one, SeriesColor.gray), ("two threads", two, .blue)].map {
        name, times, color in
        Mark.line(x: numbers, y: times[quantity, kind], label: name, color: color, markers: true)
      }
      return Panel(
        title: kind.rawValue, x: Axis(axis, scale: .log, ticks: quantity.ticks),
        y: Axis("time", unit: "ms", scale: .log),
        marks: lines)
    }
    return Chart(title: title, subtitle: subtitle, columns: 3, panels: panels)
  }

  /// How many times as fast two threads are, against the images of a call.
  func threadsChart() -> Chart {
    let numbers = GrowthTimes.Quantity.batch.numbers
    let lines = GrowthTimes.Kind.allCases.map { kind in
      Mark.line(
        x: numbers.map(Double.init), y: zip(one[.batch, kind], two[.batch, kind]).map { $0 / $1 },
        label: kind.rawValue, color: kind == .floats ? .green : kind == .integers ? .blue : .purple,
        markers: true)
    }
    return Chart(
      title: "What a second thread is worth", subtitle: "28 × 28 pixels, 32 filters",
      x: Axis("images in a call", scale: .log, ticks: GrowthTimes.Quantity.batch.ticks),
      y: Axis("times as fast", domain: 0...2.5),
      marks: lines)
  }
}

extension GrowthTimes.Quantity {
  /// A tick at every other number.
  var ticks: [Tick] {
    numbers.enumerated().filter { $0.offset % 2 == 0 }.map { Tick(at: Double($0.element), "\($0.element)") }
  }
}

extension GrowthTimes {
  /// The milliseconds of a kind of computation for each number of a quantity.
  subscript(quantity: Quantity, kind: Kind) -> [Double] {
    series.first { $0.quantity == quantity && $0.kind == kind }?.milliseconds ?? []
  }
}
