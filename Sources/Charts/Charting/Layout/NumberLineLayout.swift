/// The layout of a number line: the line, its levels, points and arrows, and its text.
package struct NumberLineLayout: Hashable, Codable, Sendable {
  /// A name above its point; a raised one stands above other names, and a tie leads down to its point.
  package struct Name: Hashable, Codable, Sendable {
    package var run: TextRun
    package var point: Point
    package var isRaised: Bool
  }

  /// Both ends of the line.
  package var ends: [Point]
  /// The horizontal position of each level.
  package var levels: [Double]
  /// The points above the line.
  package var points: [Point]
  /// An arrow from a point to the line, for each point that snaps to a level.
  package var arrows: [[Point]]
  /// The codes that have room under the line.
  package var codes: [TextRun]
  package var names: [Name]
  /// The name of the line, at its left.
  package var label: [TextRun]
}

extension Mark.NumberLine {
  /// Whether the text under every level is a whole number: a code.
  var hasNumericCodes: Bool {
    !codes.isEmpty && codes.count == levels.count && codes.allSatisfy { Self.number($0) != nil }
  }

  static func number(_ code: String) -> Int? { Int(code.replacing("−", with: "-")) }
}

/// Lays a number line out: the height that it needs, then everything in the height that it gets.
struct NumberLineLayoutEngine {
  let line: Mark.NumberLine
  let scale: AxisScale
  let measurer: TextMeasurer

  /// The engines of all number lines among the marks of a panel.
  static func engines(
    of marks: [Mark], on scale: AxisScale, _ measurer: TextMeasurer
  ) -> [NumberLineLayoutEngine] {
    marks.compactMap { mark in
      guard case .numberLine(let line) = mark else { return nil }
      return NumberLineLayoutEngine(line: line, scale: scale, measurer: measurer)
    }
  }

  /// The height of a tier of names.
  private static let tierHeight = 15.0

  /// The tier above the points in which each name stands, from 0; `nil` for a point outside the axis.
  ///
  /// Names are placed in order, each in the lowest tier where it overlaps no earlier name.
  private var tiers: [Int?] {
    var taken: [[ClosedRange<Double>]] = []
    return zip(line.names, line.points).map { name, point in
      guard scale.contains(point) else { return nil }
      let half = measurer.width(name, Theme.tick) / 2 + 2
      let extent = (scale.position(point) - half)...(scale.position(point) + half)
      let free = taken.firstIndex { tier in !tier.contains { $0.overlaps(extent) } }
      if free == nil { taken.append([]) }
      taken[free ?? taken.count - 1].append(extent)
      return free ?? taken.count - 1
    }
  }

  /// The height that the line needs for points, arrows and every tier of names.
  var height: Double {
    guard !line.points.isEmpty else { return 50 }
    guard let highest = tiers.compactMap({ $0 }).max() else { return 96 }
    return 100 + Double(highest) * Self.tierHeight
  }

  /// The layout between `top` and `top` + `height`, as wide as the plot, with its name from `left`.
  fileprivate func layout(top: Double, height: Double, plot: Rect, left: Double) -> NumberLineLayout {
    let lineY = top + height - 32
    let pointY = lineY - min(44, height - 50)
    let points = line.points.map { Point(scale.position($0), pointY) }
    return NumberLineLayout(
      ends: [Point(plot.x, lineY), Point(plot.maxX, lineY)], levels: line.levels.map(scale.position),
      points: points,
      arrows: zip(points, line.snapped).map { [$0, Point(scale.position($1), lineY)] },
      codes: codes(lineY: lineY, plot: plot), names: names(above: points, top: top - 2),
      label: label(lineY: lineY, left: left))
  }

  /// The names above points that stand below `top`.
  private func names(above points: [Point], top: Double) -> [NumberLineLayout.Name] {
    let paint = Theme.textPaint(line.color ?? .floats)
    return zip(zip(line.names, points), tiers).compactMap { named, tier in
      guard let tier else { return nil }
      let (name, point) = named
      let baseline = Point(point.x, point.y - 9 - Double(tier) * Self.tierHeight)
      var run = measurer.run(name, Theme.tick, paint, at: baseline, .center)
      // Ties and reference lines pass behind the name.
      run.halo = true
      return run.box.y >= top
        ? NumberLineLayout.Name(run: run, point: point, isRaised: tier > 0) : nil
    }
  }

  /// The codes that have room under a line at `y`, with their name at the left.
  private func codes(lineY y: Double, plot: Rect) -> [TextRun] {
    guard line.codes.count == line.levels.count else { return [] }
    let visible = line.levels.indices.filter { scale.contains(line.levels[$0]) }
    let positions = visible.map { scale.position(line.levels[$0]) }
    let texts = visible.map { line.codes[$0] }
    // Texts other than numbers are selected by their index.
    let codes = line.hasNumericCodes ? texts.compactMap(Mark.NumberLine.number) : Array(texts.indices)
    let widths = texts.map { measurer.width($0, Theme.tick) }
    let heading = CodeAxis.heading(baseline: y + 20, plot: plot, measurer)
    let runs = CodeSelection.indices(codes: codes, positions: positions, widths: widths).map { index in
      let baseline = Point(positions[index], y + 20)
      return measurer.run(texts[index], Theme.tick, Theme.foreground, at: baseline, .center)
    }
    return (line.hasNumericCodes ? [heading] : [])
      + runs.map { run in
        var run = run
        run.halo = true
        return run
      }
  }

  /// The name of the line, centred at `y`, from `left`.
  private func label(lineY y: Double, left: Double) -> [TextRun] {
    let lines = line.label.map { measurer.shortened($0, Theme.label, width: 120) } ?? []
    // The row of codes has its name below.
    let top = min(y - Double(lines.count) * 7.5, y + 8 - Double(lines.count) * 15)
    return lines.enumerated().map { row, text in
      measurer.run(text, Theme.label, Theme.foreground, at: Point(left, top + Double(row) * 15 + 11.5))
    }
  }
}

extension [NumberLineLayoutEngine] {
  /// The layouts of the number lines of one panel, which share the height of its plot as they need it.
  func layouts(_ plot: Rect, _ frame: Rect) -> [NumberLineLayout] {
    let heights = map(\.height)
    let unit = plot.height / Swift.max(heights.reduce(0, +), 1)
    return indices.map { index in
      let top = plot.y + heights[..<index].reduce(0, +) * unit
      return self[index].layout(top: top, height: heights[index] * unit, plot: plot, left: frame.x)
    }
  }
}
