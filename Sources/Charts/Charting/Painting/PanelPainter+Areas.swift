extension PanelPainter {
  /// What lies under the grid: regions and buckets.
  func paintShading(_ mark: Mark, _ styles: [SeriesStyle], _ axes: Axes, into scene: inout Scene) {
    switch mark {
    case .region(let region):
      guard let style = styles.first else { return }
      let x = region.x ?? axes.x.low...axes.x.high
      let y = region.y ?? axes.y.low...axes.y.high
      let rect = axes.rect(x.lowerBound, x.upperBound, y.lowerBound, y.upperBound)
      scene.fill(Path(rect), style.regionPaint, .shading, clip: plot)
    case .histogram(let histogram):
      if let buckets = histogram.buckets { paintBuckets(buckets, axes, into: &scene) }
    default: break
    }
  }

  /// Bands, bars, histograms and cells.
  func paintAreas(_ mark: Mark, _ styles: [SeriesStyle], _ axes: Axes, into scene: inout Scene) {
    switch mark {
    case .band(let band):
      guard let style = styles.first else { return }
      let outline = axes.points(band.x, band.high) + axes.points(band.x, band.low).reversed()
      scene.fill(Path(outline, closed: true), style.bandPaint, .shading, clip: clip)
    case .histogram(let histogram):
      guard let style = styles.first else { return }
      paintHistogram(histogram, style, axes, into: &scene)
    case .bars(let bars):
      for (rects, style) in zip(barRects(bars, axes), styles) {
        for rect in rects where rect.width > 0 && rect.height > 0 {
          scene.fill(Path(rect), style.paint, .data, clip: clip)
        }
      }
    case .heatMap(let map): paintHeatMap(map, axes, into: &scene)
    default: break
    }
  }

  /// One outline for all bars: no seams between neighbours, and a white hairline where there is room for it.
  private func paintHistogram(
    _ histogram: Mark.Histogram, _ style: SeriesStyle, _ axes: Axes, into scene: inout Scene
  ) {
    var path = Path()
    for rect in histogramRects(histogram, axes) {
      let gap = rect.width > 5 ? 0.5 : 0
      let bar = Rect(x: rect.x + gap, y: rect.y, width: rect.width - 2 * gap, height: rect.height)
      path.elements += Path(bar).elements
    }
    scene.fill(path, style.paint, .data, clip: clip)
  }

  func histogramRects(_ histogram: Mark.Histogram, _ axes: Axes) -> [Rect] {
    histogram.counts.enumerated().compactMap { index, count in
      guard count > 0 else { return nil }
      return axes.rect(
        histogram.edges[index], histogram.edges[index + 1], axes.base(axes.y), count)
    }
  }

  /// The rectangles of each series of bars.
  func barRects(_ bars: Mark.Bars, _ axes: Axes) -> [[Rect]] {
    let slot = 0.76 / Double(bars.series.count)
    let gap = bars.series.count > 1 ? slot * 0.06 : 0
    return bars.series.enumerated().map { position, series in
      series.values.enumerated().map { index, value in
        let from = Double(index) - 0.38 + slot * Double(position) + gap
        let to = Double(index) - 0.38 + slot * Double(position + 1) - gap
        return bars.direction == .vertical
          ? axes.rect(from, to, axes.base(axes.y), value) : axes.rect(axes.base(axes.x), value, from, to)
      }
    }
  }

  /// Used codes in two light blues by turns, unused ones in grey; neighbours too narrow to see are joined.
  private func paintBuckets(_ buckets: Buckets, _ axes: Axes, into scene: inout Scene) {
    let top = plot.y
    var start = 0
    func key(_ index: Int) -> Int {
      let used = buckets.used.isEmpty || buckets.used[index]
      let width = abs(axes.x.position(buckets.edges[index + 1]) - axes.x.position(buckets.edges[index]))
      return used ? (width < 1.6 ? 0 : index % 2) : 2
    }
    for index in 0..<buckets.count where index + 1 == buckets.count || key(index + 1) != key(start) {
      let rect = Rect(
        Point(axes.x.position(buckets.edges[start]), top),
        Point(axes.x.position(buckets.edges[index + 1]), plot.maxY))
      let paint = [Theme.usedBucket, Theme.usedBucketAlternate, Theme.unused][key(start)]
      scene.fill(Path(rect), paint, .shading, clip: plot)
      start = index + 1
    }
  }
}
