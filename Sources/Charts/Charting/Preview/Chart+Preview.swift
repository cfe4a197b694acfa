import Support

extension Chart {
  /// The figure as characters for a terminal `columns` wide: curves in braille dots, tables as tables.
  ///
  /// The preview is drawn from the same marks and axes as the picture, and depends on no font. With `color`,
  /// ANSI colours distinguish the series. Bands and regions are shaded by dots far apart; above a histogram stand the
  /// codes of its buckets.
  ///
  /// - Throws: ``ChartError`` if the chart cannot be drawn.
  public func preview(columns: Int = 60, color: Bool = false) throws(ChartError) -> [String] {
    require(columns >= 30, "a preview needs at least 30 columns; got columns: \(columns)")
    let layout = try layout(measurer: .monospaced)
    var lines: [StyledText] = []
    lines += wrap(title, .bold, columns) + wrap(subtitle, .dim, columns)
    // Side by side as in the picture, if each panel has room.
    var across = [self.columns, panels.count, max(1, (columns + 2) / 22)].min() ?? 1
    var blocks = blocks(layout, across: across, columns)
    while across > 1, blocks.joined().contains(where: { $0.width > Self.width(across, of: columns) }) {
      across -= 1
      blocks = self.blocks(layout, across: across, columns)
    }
    for start in stride(from: 0, to: panels.count, by: across) {
      if !lines.isEmpty { lines.append(StyledText()) }
      let row = Array(blocks[start..<min(start + across, panels.count)])
      lines += Self.sideBySide(row, width: Self.width(across, of: columns))
    }
    return lines.map { $0.rendered(color: color) }
  }

  /// The width of each of `across` panels side by side.
  private static func width(_ across: Int, of columns: Int) -> Int { (columns - 2 * (across - 1)) / across }

  /// The lines of each panel, with `across` panels side by side.
  private func blocks(_ layout: ChartLayout, across: Int, _ columns: Int) -> [[StyledText]] {
    let rows = PanelPreview.rows(panels: (panels.count + across - 1) / across)
    return panels.indices.map { index in
      PanelPreview(
        title: panels[index].title, layout: layout.panels[index], columns: Self.width(across, of: columns),
        rows: rows
      ).lines()
    }
  }

  private func wrap(_ text: String?, _ style: StyledText.Style, _ width: Int) -> [StyledText] {
    guard let text else { return [] }
    return PanelPreview.wrap(text, width).map { StyledText($0, style) }
  }

  private static func sideBySide(_ blocks: [[StyledText]], width: Int) -> [StyledText] {
    guard blocks.count > 1 else { return blocks.first ?? [] }
    let height = blocks.map(\.count).max() ?? 0
    return (0..<height).map { row in
      var line = StyledText()
      for (index, block) in blocks.enumerated() {
        line.pad(to: index * (width + 2))
        if row < block.count { line.append(block[row]) }
      }
      return line
    }
  }
}

/// Draws one panel in characters.
struct PanelPreview {
  let title: String?
  let layout: PanelLayout
  /// The width of the panel in characters.
  let columns: Int
  /// The height of a plot in lines.
  let rows: Int

  /// The height of a plot in a chart of several rows of panels.
  static func rows(panels: Int) -> Int { panels == 1 ? 12 : panels == 2 ? 8 : 5 }

  /// The lines of the panel.
  func lines() -> [StyledText] {
    var lines = title.map { Self.wrap($0, columns).map { StyledText($0, .bold) } } ?? []
    var numberLines: [StyledText] = []
    for mark in layout.marks {
      switch mark.mark {
      case .graph(let graph): return lines + graphLines(graph)
      case .imageGrid(let grid): return lines + imageLines(grid)
      case .heatMap(let map): return lines + legendLines() + heatMapLines(map)
      case .bars(let bars) where layout.marks.count == 1:
        return lines + legendLines() + barLines(bars, mark.styles)
      case .numberLine(let line): numberLines += numberLineLines(line)
      default: continue
      }
    }
    lines +=
      numberLines.isEmpty
      ? legendLines() + plotLines() + annotationLines() : numberLines + xAxisLines(gutter: 0)
    return lines
  }

  /// The heading of the vertical axis and the legend's labels, with a sample before each.
  private func legendLines() -> [StyledText] {
    var parts: [StyledText] = []
    if let heading = layout.y?.axis.previewHeading { parts.append(StyledText(heading, .dim)) }
    var shades = shades.map(\.shade).filter { $0.label != nil }
    for entry in layout.legend {
      let shade = shades.firstIndex { $0.label == entry.label.text }
      guard let (symbol, style) = entry.sample.terminalSymbol ?? shade.map({ shades.remove(at: $0).symbol })
      else { continue }
      var part = StyledText(symbol, style)
      part.append(entry.label.text)
      parts.append(part)
    }
    for mark in layout.marks {
      guard case .reference(let reference) = mark.mark, let label = reference.label else { continue }
      var part = StyledText(
        reference.dash == .solid ? "── " : "╌╌ ", mark.styles.first?.paint.terminalStyle ?? .dim)
      part.append(label)
      parts.append(part)
    }
    var lines: [StyledText] = []
    for part in parts {
      if let last = lines.last, last.width + 3 + part.width <= columns {
        lines[lines.count - 1].append("   ")
        lines[lines.count - 1].append(part)
      } else {
        lines.append(part)
      }
    }
    return lines
  }

  /// The annotations, each with the point that it points at.
  private func annotationLines() -> [StyledText] {
    layout.marks.flatMap { mark -> [StyledText] in
      guard case .annotation(let note) = mark.mark else { return [] }
      let format = NumberFormat.significant(3)
      let text =
        "(\(format.string(note.x)), \(format.string(note.y))): " + note.text.replacing("\n", with: " ")
      return Self.wrap(text, columns).map { StyledText($0, .dim) }
    }
  }

  /// The lines of a text, broken to a width in characters.
  static func wrap(_ text: String, _ width: Int) -> [String] {
    let measurer = TextMeasurer { text, _ in Double(text.terminalWidth) }
    return measurer.wrapped(text, Font(1), width: Double(width))
  }
}

extension Axis {
  /// The heading, with a word for a scale that a preview does not show otherwise.
  var previewHeading: String? { heading.map { $0 + (scale == .log ? ", logarithmic" : "") } }
}

extension LegendEntry.Sample {
  /// The sample in a terminal; `nil` for light shades, which bands and regions know themselves.
  fileprivate var terminalSymbol: (String, StyledText.Style)? {
    switch self {
    case .line(let paint, let dashes, _): (dashes.isEmpty ? "── " : "╌╌ ", paint.terminalStyle)
    case .point(let paint, _): ("• ", paint.terminalStyle)
    case .area(let paint) where paint.terminalStyle != .dim && paint.alpha == 1: ("■ ", paint.terminalStyle)
    case .bar(let paint, _): ("■ ", paint.terminalStyle)
    case .area(Theme.usedBucket): ("━ ", .dim)
    case .area(Theme.unused): ("┄ ", .dim)
    case .area, .node: nil
    }
  }
}

extension PanelPreview.Shade {
  /// The sample in a legend.
  fileprivate var symbol: (String, StyledText.Style) { (screen.sample + " ", style) }
}
