extension PanelPainter {
  /// Paints regions and buckets, which lie under the grid.
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

  /// Paints bands, bars, histograms and cells.
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

  /// Paints lines and reference lines.
  func paintLines(_ mark: Mark, _ styles: [SeriesStyle], _ axes: Axes, into scene: inout Scene) {
    guard let style = styles.first else { return }
    switch mark {
    case .line(let line):
      let stroke = Scene.Stroke(style.paint, Theme.lineWidth, dashes: Theme.dashes(style.dash))
      scene.stroke(Path(linePoints(line, axes)), stroke, .data, clip: clip)
    case .reference(let reference):
      let paint = reference.color == nil ? Theme.muted : style.paint
      let stroke = Scene.Stroke(paint, 1.3, dashes: Theme.dashes(reference.dash, width: 1.3))
      scene.stroke(Path(referencePoints(reference, axes)), stroke, .shading, clip: clip)
    default: break
    }
  }

  /// Paints the markers of lines and scatters; a point outside the domain is left out.
  func paintPoints(_ mark: Mark, _ styles: [SeriesStyle], _ axes: Axes, into scene: inout Scene) {
    guard let style = styles.first else { return }
    var (x, y): ([Double], [Double])
    var radius = 3.6
    switch mark {
    case .line(let line) where line.markers: (x, y) = (line.x, line.y)
    case .scatter(let scatter):
      (x, y) = (scatter.x, scatter.y)
      radius = x.count > 400 ? 1.8 : x.count > 80 ? 2.8 : 4
    default: return
    }
    let rim = radius > 3 ? Scene.Stroke(Theme.background, 1) : nil
    for (x, y) in zip(x, y) where axes.contains(x, y) {
      let path = Self.marker(style.ordinal, axes.point(x, y), radius)
      scene.items.append(
        Scene.Item(shape: .path(path, fill: style.paint, stroke: rim), role: .data, clip: nil))
    }
  }

  /// Paints all bars of a histogram as one outline, without seams, but with white hairlines between wide bars.
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

  /// Paints the buckets of used codes alternately in two light blues, of unused codes in grey.
  ///
  /// Neighbouring buckets too narrow to see are merged.
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

  /// The marker of a series; neighbouring series differ.
  static func marker(_ ordinal: Int, _ center: Point, _ radius: Double) -> Path {
    let (x, y, r) = (center.x, center.y, radius)
    switch ordinal % 4 {
    case 0: return Path(circleAt: center, radius: r)
    case 1: return Path(Rect(x: x - 0.88 * r, y: y - 0.88 * r, width: 1.76 * r, height: 1.76 * r))
    case 2:
      return Path(
        [Point(x, y - 1.2 * r), Point(x + 1.1 * r, y + 0.8 * r), Point(x - 1.1 * r, y + 0.8 * r)],
        closed: true)
    default:
      return Path(
        [Point(x, y - 1.25 * r), Point(x + 1.25 * r, y), Point(x, y + 1.25 * r), Point(x - 1.25 * r, y)],
        closed: true)
    }
  }

  /// Paints the cells of a heat map.
  func paintHeatMap(_ map: Mark.HeatMap, _ axes: Axes, into scene: inout Scene) {
    let columns = map.cells.first?.count ?? 0
    let colors = map.colors
    let paints = map.cells.joined().map { colors.paint($0) }
    let rect = cellsRect(map, axes)
    scene.items.append(
      Scene.Item(shape: .cells(paints, columns: columns, rect), role: .data, clip: plot))
    // White seams between cells that are large enough to be read one by one.
    guard rect.width / Double(columns) > 12, rect.height / Double(map.cells.count) > 10 else { return }
    let seam = Scene.Stroke(Theme.background, 1)
    for column in 1..<max(columns, 1) {
      let x = rect.x + rect.width * Double(column) / Double(columns)
      scene.stroke(Path([Point(x, rect.y), Point(x, rect.maxY)]), seam, .furniture, clip: plot)
    }
    for row in 1..<max(map.cells.count, 1) {
      let y = rect.y + rect.height * Double(row) / Double(map.cells.count)
      scene.stroke(Path([Point(rect.x, y), Point(rect.maxX, y)]), seam, .furniture, clip: plot)
    }
  }

  /// Paints the colour bar beside a heat map.
  func paintColorBar(_ bar: ColorBarLayout, _ map: Mark.HeatMap, into scene: inout Scene) {
    let steps = 64
    let paints = (0..<steps).map { HeatPalette.paint(map.palette, 1 - (Double($0) + 0.5) / Double(steps)) }
    scene.items.append(Scene.Item(shape: .cells(paints, columns: 1, bar.bar), role: .furniture, clip: nil))
    for tick in bar.ticks {
      let path = Path([Point(bar.bar.maxX, tick.position), Point(bar.bar.maxX + 3, tick.position)])
      scene.stroke(path, Scene.Stroke(Theme.axis, 0.8), .furniture)
      tick.label.forEach { scene.text($0) }
    }
    scene.text(bar.heading)
  }
}
