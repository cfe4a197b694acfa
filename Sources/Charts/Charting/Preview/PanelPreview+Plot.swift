import Support

extension PanelPreview {
  /// A plot in braille, with tick labels at its left and below it.
  func plotLines() -> [StyledText] {
    guard let y = layout.y else { return [] }
    let labels = rowLabels(y)
    let gutter = labels.map(\.terminalWidth).max() ?? 0
    let canvas = drawn(columns: max(columns - gutter - 1, 8))
    let buckets = bucketStrip(columns: canvas.columns, left: gutter + 1)
    var lines = buckets?.lines ?? []
    for row in 0..<rows {
      var line = StyledText(
        String(repeating: " ", count: gutter - labels[row].terminalWidth) + labels[row], .dim)
      line.append(labels[row].isEmpty ? "│" : "┤", .dim)
      line.append(canvas.line(row, guides: buckets?.edges ?? []))
      lines.append(line)
    }
    return lines + xAxisLines(gutter: gutter)
  }

  /// The tick label of each row; empty in a row without a tick.
  private func rowLabels(_ y: AxisLayout) -> [String] {
    var labels = [String](repeating: "", count: rows)
    let ticks = y.ticks(count: max(2, rows / 2 - 1))
    for tick in ticks {
      let share = (y.scale.position(tick.position) - layout.plot.y) / layout.plot.height
      labels[min(max(Int(share * Double(rows)), 0), rows - 1)] = tick.label
    }
    return labels
  }

  /// The data and the reference lines of the plot on a canvas.
  private func drawn(columns: Int) -> BrailleCanvas {
    var canvas = BrailleCanvas(columns: columns, rows: rows)
    var scene = Scene(size: Size(width: 0, height: 0))
    PanelPainter(layout: layout).paint(into: &scene)
    let plot = layout.plot
    func onCanvas(_ point: Point) -> Point {
      Point(
        (point.x - plot.x) / plot.width * Double(canvas.width),
        (point.y - plot.y) / plot.height * Double(canvas.height))
    }
    for (shade, outline) in shades {
      canvas.fill(outline.map(onCanvas), shade.style, screen: shade.screen)
    }
    for item in scene.items where item.role != .furniture {
      guard case .path(let path, let fill, let stroke) = item.shape else { continue }
      for points in path.polylines() {
        let line = points.map(onCanvas)
        if let fill, item.role == .data {
          // A shape with a rim is a marker; all markers are drawn in one size.
          if stroke == nil {
            canvas.fill(line, fill.terminalStyle)
          } else {
            canvas.dot(line, fill.terminalStyle)
          }
        }
        if let stroke, fill == nil {
          let dashes = stroke.dashes.isEmpty ? [] : stroke.dashes[0] > 3 * stroke.width ? [3, 2] : [1, 2]
          for (a, b) in zip(line, line.dropFirst()) {
            // The risers of a staircase are dotted: side by side they would fill the panel.
            let isRiser = a.x == b.x && dashes.isEmpty && item.role == .data
            canvas.line(a, b, stroke.paint.terminalStyle, dashes: isRiser ? [1, 1] : dashes)
          }
        }
      }
    }
    return canvas
  }

  /// The axis under a plot: a line with ticks, their labels, and the heading.
  func xAxisLines(gutter: Int) -> [StyledText] {
    guard let x = layout.x else { return [] }
    let width = columns - gutter - 1
    var rule = [Character](repeating: "─", count: width)
    var labels = [Character](repeating: " ", count: columns)
    var end = -1
    for tick in x.ticks(count: max(2, width / 12)) {
      let share = (x.scale.position(tick.position) - layout.plot.x) / layout.plot.width
      let column = min(max(Int(share * Double(width)), 0), width - 1)
      let text = Array(tick.label)
      let start = min(max(gutter + 1 + column - text.count / 2, 0), columns - text.count)
      guard start > end, start >= 0 else { continue }
      rule[column] = "┬"
      labels.replaceSubrange(start..<start + text.count, with: text)
      end = start + text.count
    }
    let indent = String(repeating: " ", count: gutter)
    var lines = [StyledText(indent + "└" + String(rule), .dim), StyledText(String(labels), .dim)]
    for heading in x.axis.previewHeading.map({ Self.wrap($0, columns) }) ?? [] {
      let space = min(
        max(0, gutter + 1 + (width - heading.terminalWidth) / 2), columns - heading.terminalWidth)
      lines.append(StyledText(String(repeating: " ", count: max(0, space)) + heading, .dim))
    }
    return lines
  }
}
