import Support

extension Mark {
  /// The numbers that the axes have to hold for this mark; empty for a mark that fills its panel.
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
      // An empty bin has no bar, so on a logarithmic axis it takes no part.
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

  /// Lengths and heights are compared from zero, so the axis starts there; or at a power of ten.
  fileprivate static func addBase(to extent: inout Extent, _ scale: Axis.Scale) {
    guard scale == .linear else {
      guard extent.low > 0, !extent.isEmpty else { return }
      // Below the smallest: half of it for counts, so that a single one is seen; else the next power of ten.
      let isCount = extent.whole && extent.low < 10
      let decade = powerOfTen(Int((decimalLogarithm(extent.low) - 0.1).rounded(.down)))
      extent.include(isCount ? extent.low / 2 : decade)
      extent.flushLow = true
      return
    }
    extent.include(0)
    if extent.low == 0 { extent.flushLow = true }
    if extent.high == 0 { extent.flushHigh = true }
  }

  /// A few words for messages.
  var kindName: String {
    switch self {
    case .line(let line): line.joining == .step ? "step" : "line"
    case .scatter: "scatter"
    case .bars: "bars"
    case .histogram: "histogram"
    case .heatMap: "heat map"
    case .numberLine: "number line"
    case .band: "band"
    case .region: "region"
    case .reference: "reference line"
    case .annotation: "annotation"
    case .graph: "graph"
    case .imageGrid: "image grid"
    }
  }

  /// Whether the mark fills its panel and has no axes.
  var fillsPanel: Bool {
    switch self {
    case .graph, .imageGrid: true
    default: false
    }
  }
}

extension Mark.Bars {
  fileprivate func extents(on xScale: Axis.Scale, _ yScale: Axis.Scale) -> (x: Extent, y: Extent) {
    var (lengths, places) = (Extent(), Extent())
    series.forEach { lengths.include($0.values) }
    Mark.addBase(to: &lengths, direction == .vertical ? yScale : xScale)
    places.include([-0.5, Double(names.count) - 0.5])
    (places.flushLow, places.flushHigh) = (true, true)
    return direction == .vertical ? (places, lengths) : (lengths, places)
  }
}
