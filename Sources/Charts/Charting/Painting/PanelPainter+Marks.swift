extension PanelPainter {
  /// Paints regions and buckets, which lie under the grid.
  func paintShading(_ mark: MarkLayout, into scene: inout Scene) {
    switch (mark.mark, mark.geometry) {
    case (_, .region(let rect)):
      guard let style = mark.styles.first else { return }
      paintShade(Path(rect), style.regionPaint, clip: plot, into: &scene)
    case (.band(let band), .band(let outline)) where band.label != nil:
      guard let style = mark.styles.first else { return }
      paintShade(Path(outline, closed: true), style.bandPaint, clip: clip, into: &scene)
    case (_, .histogram(_, let stripes)):
      for stripe in stripes { scene.fill(Path(stripe.rect), stripe.shade.paint, .shading, clip: plot) }
    default: break
    }
  }

  /// Paints a shade that hides those under it, so that its colour is the one in the legend.
  private func paintShade(_ path: Path, _ paint: Paint, clip: Rect, into scene: inout Scene) {
    scene.fill(path, Theme.background, .furniture, clip: clip)
    scene.fill(path, paint, .shading, clip: clip)
  }

  /// Paints the borders between buckets that are wide enough to be seen one by one.
  func paintBucketBorders(_ mark: MarkLayout, into scene: inout Scene) {
    guard case .histogram(_, let stripes) = mark.geometry else { return }
    for (stripe, next) in zip(stripes, stripes.dropFirst()) where stripe.isBucket && next.isBucket {
      let line = Path([Point(next.rect.x, plot.y), Point(next.rect.x, plot.maxY)])
      scene.stroke(line, Scene.Stroke(Theme.background, 1.2), .furniture, clip: plot)
    }
  }

  /// Paints bands without a label, bars, histograms and cells.
  func paintAreas(_ mark: MarkLayout, into scene: inout Scene) {
    switch (mark.mark, mark.geometry) {
    case (.band(let band), .band(let outline)) where band.label == nil:
      guard let style = mark.styles.first else { return }
      scene.fill(Path(outline, closed: true), style.bandPaint, .shading, clip: clip)
    case (_, .histogram(let bars, _)):
      guard let style = mark.styles.first else { return }
      paintHistogram(bars, style, into: &scene)
    case (_, .bars(let series)):
      for (rects, style) in zip(series, mark.styles) {
        for rect in rects where rect.width > 0 && rect.height > 0 {
          scene.fill(Path(rect), style.paint, .data, clip: clip)
          if let pattern = style.pattern, clip.contains(rect) { paint(pattern, over: rect, into: &scene) }
        }
      }
    case (.heatMap(let map), .heatMap(let cells)): paintHeatMap(map, cells, into: &scene)
    default: break
    }
  }

  /// Paints lines and reference lines.
  func paintLines(_ mark: MarkLayout, into scene: inout Scene) {
    guard let style = mark.styles.first else { return }
    switch (mark.mark, mark.geometry) {
    case (_, .line(let points, _)):
      let stroke = Scene.Stroke(style.paint, Theme.lineWidth, dashes: Theme.dashes(style.dash))
      scene.stroke(Path(points), stroke, .data, clip: clip)
    case (.reference(let reference), .reference(let ends)):
      let paint = reference.color == nil ? Theme.muted : style.paint
      let stroke = Scene.Stroke(paint, 1.3, dashes: Theme.dashes(reference.dash, width: 1.3))
      scene.stroke(Path(ends), stroke, .shading, clip: clip)
    default: break
    }
  }

  /// Paints the markers of lines and scatters; a point outside the plot is left out.
  func paintPoints(_ mark: MarkLayout, into scene: inout Scene) {
    guard let style = mark.styles.first else { return }
    let centers: [Point]
    var radius = 3.6
    switch mark.geometry {
    case .line(_, let markers): centers = markers
    case .scatter(let points):
      centers = points
      radius = points.count > 400 ? 1.8 : points.count > 80 ? 2.8 : 4
    default: return
    }
    let rim = radius > 3 ? Scene.Stroke(Theme.background, 1) : nil
    for center in centers where holds(center) {
      let path = Self.marker(style.ordinal, center, radius)
      scene.items.append(
        Scene.Item(shape: .path(path, fill: style.paint, stroke: rim), role: .data, clip: nil))
    }
  }

  /// Paints all bars of a histogram as one outline, without seams, but with white hairlines between wide bars.
  private func paintHistogram(_ bars: [Rect], _ style: SeriesStyle, into scene: inout Scene) {
    var path = Path()
    for rect in bars {
      let gap = rect.width > 5 ? 0.5 : 0
      let bar = Rect(x: rect.x + gap, y: rect.y, width: rect.width - 2 * gap, height: rect.height)
      path.elements += Path(bar).elements
    }
    scene.fill(path, style.paint, .data, clip: clip)
  }

  /// The marker of a series; neighbouring series differ.
  static func marker(_ ordinal: Int, _ center: Point, _ radius: Double) -> Path {
    let (x, y, r) = (center.x, center.y, radius)
    switch ordinal % markerShapes {
    case 0: return Path(circleAt: center, radius: r)
    case 1: return Path(Rect(x: x - 0.88 * r, y: y - 0.88 * r, width: 1.76 * r, height: 1.76 * r))
    case 2:
      return Path(
        [Point(x, y - 1.2 * r), Point(x + 1.1 * r, y + 0.8 * r), Point(x - 1.1 * r, y + 0.8 * r)],
        closed: true)
    case 3:
      return Path(
        [Point(x, y - 1.25 * r), Point(x + 1.25 * r, y), Point(x, y + 1.25 * r), Point(x - 1.25 * r, y)],
        closed: true)
    case 4:
      return Path(
        [Point(x, y + 1.2 * r), Point(x + 1.1 * r, y - 0.8 * r), Point(x - 1.1 * r, y - 0.8 * r)],
        closed: true)
    case 5: return cross(Point(x, y), arm: 1.25 * r, half: 0.42 * r)
    default: return cross(Point(x, y), arm: 1.25 * r, half: 0.42 * r, isTurned: true)
    }
  }

  /// The number of shapes of markers.
  static let markerShapes = 7

  /// A plus, or, turned by an eighth, a cross.
  private static func cross(_ center: Point, arm: Double, half: Double, isTurned: Bool = false) -> Path {
    let corners = [
      (half, half), (arm, half), (arm, -half), (half, -half), (half, -arm), (-half, -arm), (-half, -half),
      (-arm, -half), (-arm, half), (-half, half), (-half, arm), (half, arm),
    ]
    let turn = 0.5.squareRoot()
    return Path(
      corners.map { x, y in
        isTurned
          ? center.translated(by: (x - y) * turn, (x + y) * turn) : center.translated(by: x, y)
      }, closed: true)
  }

  /// Paints the cells of a heat map.
  private func paintHeatMap(_ map: Mark.HeatMap, _ rect: Rect, into scene: inout Scene) {
    let columns = map.cells.first?.count ?? 0
    let colors = map.colors
    let paints = map.cells.joined().map { colors.paint($0) }
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
  func paintColorBar(_ bar: ColorBarLayout, into scene: inout Scene) {
    let steps = 64
    let paints = (0..<steps).map { HeatPalette.paint(bar.palette, 1 - (Double($0) + 0.5) / Double(steps)) }
    scene.items.append(Scene.Item(shape: .cells(paints, columns: 1, bar.bar), role: .furniture, clip: nil))
    for tick in bar.ticks {
      let path = Path([Point(bar.bar.maxX, tick.position), Point(bar.bar.maxX + 3, tick.position)])
      scene.stroke(path, Scene.Stroke(Theme.axis, 0.8), .furniture)
      tick.label.forEach { scene.text($0) }
    }
    scene.text(bar.heading)
  }
}

extension BucketStripe.Shade {
  /// Light blue for codes in use, grey for others.
  fileprivate var paint: Paint {
    switch self {
    case .used: Theme.usedBucket
    case .unused: Theme.unused
    }
  }
}
