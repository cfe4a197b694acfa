/// The text of a number line: codes under the levels, names above the points, the name of the line.
struct NumberLineText {
  let line: Mark.NumberLine
  let scale: AxisScale
  let measurer: TextMeasurer

  /// The height of a tier of names.
  static let tierHeight = 15.0

  /// The tier above the points in which each name stands, from 0; `nil` for a point outside the axis.
  ///
  /// Names are placed in order, each in the lowest tier where it overlaps no earlier name.
  var tiers: [Int?] {
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

  /// The names above points at `y` that stand below `top`, each with the x of its point.
  func names(pointY y: Double, top: Double) -> [(run: TextRun, x: Double, isRaised: Bool)] {
    let paint = Theme.paint(line.color ?? .blue)
    return zip(zip(line.names, line.points), tiers).compactMap { named, tier in
      guard let tier else { return nil }
      let x = scale.position(named.1)
      let baseline = Point(x, y - 9 - Double(tier) * Self.tierHeight)
      var run = measurer.run(named.0, Theme.tick, paint, at: baseline, .center)
      // Ties and reference lines pass behind the name.
      run.halo = true
      return run.box.y >= top ? (run, x, tier > 0) : nil
    }
  }

  /// The codes that have room under a line at `y`.
  func codes(lineY y: Double) -> [TextRun] {
    guard line.codes.count == line.levels.count else { return [] }
    let visible = line.levels.indices.filter { scale.contains(line.levels[$0]) }
    let positions = visible.map { scale.position(line.levels[$0]) }
    let texts = visible.map { line.codes[$0] }
    // Texts other than numbers are selected by their index.
    let numbers = texts.compactMap { Int($0.replacing("−", with: "-")) }
    let codes = numbers.count == texts.count ? numbers : Array(texts.indices)
    let widths = texts.map { measurer.width($0, Theme.small) }
    return CodeSelection.indices(codes: codes, positions: positions, widths: widths, gap: 5).map { index in
      let baseline = Point(positions[index], y + 19)
      var run = measurer.run(texts[index], Theme.small, Theme.muted, at: baseline, .center)
      run.halo = true
      return run
    }
  }

  /// The name of the line, centred at `y`, from `left`.
  func label(lineY y: Double, left: Double) -> [TextRun] {
    let lines = line.label.map { measurer.wrapped($0, Theme.label, width: 120) } ?? []
    let top = y - Double(lines.count) * 7.5
    return lines.enumerated().map { row, text in
      measurer.run(text, Theme.label, Theme.foreground, at: Point(left, top + Double(row) * 15 + 11.5))
    }
  }
}
