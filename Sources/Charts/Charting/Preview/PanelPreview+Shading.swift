import Support

extension PanelPreview {
  /// The look of a band or region: a screen of dots in its colour.
  struct Shade {
    let style: StyledText.Style
    let screen: DotScreen
    let label: String?
  }

  /// The bands and regions with their outlines on the page, from back to front.
  var shades: [(shade: Shade, outline: [Point])] {
    var shades: [(shade: Shade, outline: [Point])] = []
    for mark in layout.marks {
      let (outline, label): ([Point], String?)
      switch (mark.mark, mark.geometry) {
      case (.band(let band), .band(let points)): (outline, label) = (points, band.label)
      case (.region(let region), .region(let rect)):
        let (low, high) = (Point(rect.x, rect.y), Point(rect.maxX, rect.maxY))
        (outline, label) = ([low, Point(high.x, low.y), high, Point(low.x, high.y)], region.label)
      default: continue
      }
      let style = mark.styles.first?.paint.terminalStyle ?? .dim
      shades.append((Shade(style: style, screen: DotScreen(shades.count), label: label), outline))
    }
    return shades
  }

  /// The buckets of a histogram, above its plot: their codes, and a strip that is dashed where a code is unused.
  ///
  /// - Parameters:
  ///   - columns: The width of the plot in characters.
  ///   - left: The width of what stands at its left.
  /// - Returns: The two lines, and the columns of the buckets' edges if there is room for lines at them; nil without
  ///   buckets.
  func bucketStrip(columns: Int, left: Int) -> (lines: [StyledText], edges: Set<Int>)? {
    let found = layout.marks.lazy.compactMap { mark -> Buckets? in
      if case .histogram(let histogram) = mark.mark { histogram.buckets } else { nil }
    }.first
    guard let buckets = found, let x = layout.x, buckets.count > 0 else { return nil }
    func place(_ value: Double) -> Double {
      (x.scale.position(value) - layout.plot.x) / layout.plot.width * Double(columns)
    }
    let places = buckets.edges.map(place)
    var strip = [Character](repeating: " ", count: columns)
    for (bucket, (low, high)) in zip(places, places.dropFirst()).enumerated() {
      let isUsed = buckets.used.isEmpty || buckets.used[bucket]
      let (first, last) = (max(Int(low.rounded()), 0), min(Int(high.rounded()), columns))
      // Of several buckets in one column, a used one is seen.
      if first < last {
        for column in first..<last { strip[column] = isUsed ? "━" : "┄" }
      } else if isUsed, (0..<columns).contains(Int(low)) {
        strip[Int(low)] = "━"
      }
    }
    // Where there is room, ticks between the buckets, and with more room, lines down to the axis.
    let width = (places[places.count - 1] - places[0]) / Double(buckets.count)
    let edges = places.map { Int($0.rounded()) }.filter { (0..<columns).contains($0) }
    if width >= 2 { for column in edges { strip[column] = "┯" } }
    let codes = codeLine(buckets, places.map { $0 + Double(left) }, left..<left + columns)
    let indent = String(repeating: " ", count: left)
    let lines = [codes, indent + String(strip)].compactMap { $0 }
    return (lines.map { StyledText($0, .dim) }, width >= 4 ? Set(edges) : [])
  }

  /// The codes that have room above their buckets; nil if the buckets have none.
  private func codeLine(_ buckets: Buckets, _ places: [Double], _ plot: Range<Int>) -> String? {
    guard let range = buckets.codes, buckets.hasCodeForEach else { return nil }
    let middles = zip(places, places.dropFirst()).map { ($0 + $1) / 2 }
    let visible = middles.indices.filter {
      middles[$0] >= Double(plot.lowerBound) && middles[$0] < Double(plot.upperBound)
    }
    let codes = visible.map { range.lowerBound + $0 }
    let texts = codes.map { NumberFormat.fixed(0).string(Double($0)) }
    let shown = CodeSelection.indices(
      codes: codes, positions: visible.map { middles[$0] }, widths: texts.map { Double($0.terminalWidth) },
      gaps: (1, 1))
    var line = [Character](repeating: " ", count: plot.upperBound)
    for index in shown { Self.write(texts[index], at: Int(middles[visible[index]]), in: &line) }
    // The word stands before the first code, or behind the last.
    let (first, last) = (line.firstIndex { $0 != " " } ?? 0, (line.lastIndex { $0 != " " } ?? 0) + 1)
    let start = first >= 5 ? first - 5 : last + 6 <= line.count ? last + 2 : nil
    if let start { line.replaceSubrange(start..<start + 4, with: "code") }
    return String(line)
  }
}
