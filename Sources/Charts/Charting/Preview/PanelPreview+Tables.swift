import Support

extension PanelPreview {
  /// One line of blocks for each bar, with its number at the end; bars of negative numbers end at zero.
  func barLines(_ bars: Mark.Bars, _ styles: [SeriesStyle]) -> [StyledText] {
    let valueAxis = bars.direction == .vertical ? layout.y : layout.x
    guard let valueAxis else { return [] }
    let scale = valueAxis.scale
    let format = bars.numbers ?? .significant(3)
    let nameWidth = min(bars.names.map(\.terminalWidth).max() ?? 0, columns / 2)
    let numberWidth = bars.series.flatMap(\.values).map { format.string($0).terminalWidth }.max() ?? 0
    let room = max(columns - nameWidth - numberWidth - 3, 4)
    let low = min(scale.share(min(max(0, scale.low), scale.high)), 1)
    var lines: [StyledText] = []
    for (index, name) in bars.names.enumerated() {
      for (position, series) in bars.series.enumerated() {
        let shown = position == 0 ? Self.cut(name, nameWidth) : ""
        var line = StyledText(String(repeating: " ", count: nameWidth - shown.terminalWidth) + shown + " ")
        let share = min(max(scale.share(series.values[index]), 0), 1)
        let style = styles[position].paint.terminalStyle
        let zero = Int((low * Double(room)).rounded())
        if share < low {
          let start = Int((share * Double(room)).rounded())
          line.append(String(repeating: " ", count: start))
          line.append(String(repeating: "█", count: max(zero - start, 1)), style)
        } else {
          line.append(String(repeating: " ", count: zero))
          line.append(Self.blocks((share - low) * Double(room)), style)
        }
        line.append(" " + format.string(series.values[index]))
        lines.append(line)
      }
    }
    if bars.direction == .horizontal, let text = valueAxis.axis.previewHeading {
      let indent = max(0, min(nameWidth + 1, columns - text.terminalWidth))
      lines.append(StyledText(String(repeating: " ", count: indent) + Self.cut(text, columns), .dim))
    }
    return lines
  }

  /// A bar with a length in characters, to an eighth, and at least an eighth.
  private static func blocks(_ length: Double) -> String {
    let eighths = max(1, Int((length * 8).rounded()))
    let part = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    return String(repeating: "█", count: eighths / 8) + part
  }

  /// A text shortened to a width.
  private static func cut(_ text: String, _ width: Int) -> String {
    text.terminalWidth <= width ? text : String(text.prefix(max(width - 1, 0))) + "…"
  }

  /// The cells of a heat map: as numbers if these have a format and fit, otherwise as shades.
  func heatMapLines(_ map: Mark.HeatMap) -> [StyledText] {
    let colors = map.colors
    let texts = map.cells.map { $0.map { map.numbers?.string($0) ?? "" } }
    let names = map.rows.map { Self.cut($0, columns / 3) }
    let gutter = (names.map(\.terminalWidth).max() ?? -1) + 1
    let count = map.cells.first?.count ?? 0
    let widest = (texts.joined().map(\.terminalWidth) + map.columns.map(\.terminalWidth)).max() ?? 0
    let fits = map.numbers != nil && gutter + count * (widest + 1) <= columns
    let cell = fits ? widest + 1 : max(1, min(2, (columns - gutter) / max(count, 1)))
    var lines: [StyledText] = []
    if fits, !map.columns.isEmpty {
      let heads = map.columns.map { String(repeating: " ", count: cell - $0.terminalWidth) + $0 }
      lines.append(StyledText(String(repeating: " ", count: gutter) + heads.joined(), .dim))
    }
    // With more columns than characters, every second, third … column is shown.
    let skip = max(1, (count * cell + columns - gutter - 1) / max(columns - gutter, 1))
    for (row, values) in map.cells.enumerated() {
      var line = StyledText()
      if row < names.count {
        line.append(
          String(repeating: " ", count: gutter - 1 - names[row].terminalWidth) + names[row] + " ", .dim)
      }
      for column in stride(from: 0, to: count, by: skip) {
        append(values[column], fits ? texts[row][column] : nil, cell, colors, to: &line)
      }
      lines.append(line)
    }
    if let heading = layout.x?.axis.heading {
      lines.append(StyledText(String(repeating: " ", count: gutter) + heading, .dim))
    }
    return lines
  }

  /// Appends one cell: its number, or a shade.
  private func append(
    _ value: Double, _ text: String?, _ width: Int, _ colors: HeatColors, to line: inout StyledText
  ) {
    let (share, paint) = (colors.share(value), colors.paint(value))
    let shown: String
    if let text {
      shown = String(repeating: " ", count: width - text.terminalWidth) + text
    } else {
      // Signed numbers: the distance from zero.
      let amount = colors.palette == .diverging ? abs(2 * share - 1) : share
      shown = String(repeating: [" ", "░", "▒", "▓", "█"][min(Int(amount * 5), 4)], count: width)
    }
    let textPaint = Theme.text(on: paint)
    line.append(shown, .cell(text: text == nil ? paint : textPaint, background: paint))
  }
}
