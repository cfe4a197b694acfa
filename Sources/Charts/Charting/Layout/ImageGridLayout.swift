/// The positions of the images of a grid.
package struct ImageGridLayout: Hashable, Codable, Sendable {
  package var boxes: [Rect]
  package var captions: [TextRun]
}

/// Lays the images of a grid out.
struct ImageGridLayoutEngine {
  let grid: Mark.ImageGrid
  let measurer: TextMeasurer

  private static let gap = 10.0
  private static let usualSide = 58.0

  /// The height of an image for a width of 1.
  private var imageRatio: Double {
    Double((grid.images.first?.count ?? 0) / max(grid.width, 1)) / Double(max(grid.width, 1))
  }

  private var captionHeight: Double { grid.captions.isEmpty ? 0 : 17 }

  private func columns(width: Double) -> Int {
    if let columns = grid.columns { return max(1, columns) }
    // As many columns as fit determine the rows; the images are then spread evenly over the rows.
    let most = max(1, Int((width + Self.gap) / (Self.usualSide + Self.gap)))
    let rows = (grid.images.count + most - 1) / most
    return (grid.images.count + rows - 1) / rows
  }

  private func rows(_ columns: Int) -> Int { (grid.images.count + columns - 1) / columns }

  /// The height of the grid in a width.
  func height(width: Double) -> Double {
    let columns = columns(width: width)
    let side = min((width + Self.gap) / Double(columns) - Self.gap, 120)
    return Double(rows(columns)) * (side * imageRatio + captionHeight + Self.gap) - Self.gap
  }

  /// The positions of the images in a frame.
  func layout(in frame: Rect) -> ImageGridLayout {
    let columns = columns(width: frame.width)
    let rows = rows(columns)
    let available = (frame.height + Self.gap) / Double(max(rows, 1)) - Self.gap - captionHeight
    let side = min((frame.width + Self.gap) / Double(columns) - Self.gap, available / max(imageRatio, 0.01))
    var layout = ImageGridLayout(boxes: [], captions: [])
    for index in grid.images.indices {
      let (row, column) = (Double(index / columns), Double(index % columns))
      let box = Rect(
        x: frame.x + column * (side + Self.gap),
        y: frame.y + row * (side * imageRatio + captionHeight + Self.gap), width: side,
        height: side * imageRatio)
      layout.boxes.append(box)
      if index < grid.captions.count {
        layout.captions.append(
          measurer.run(
            grid.captions[index], Theme.tick, Theme.muted, at: Point(box.midX, box.maxY + 13), .center))
      }
    }
    return layout
  }
}
