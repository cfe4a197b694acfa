/// The part of a window that lies on the image.
struct VisibleWindow {
  private let rows: Range<Int>
  private let columns: Range<Int>
  /// The image's row and column under the window's first; they may lie outside.
  private let begin: (row: Int, column: Int)
  private let windowWidth: Int
  private let imageWidth: Int

  /// The part on an image when the window stands where an output pixel is computed.
  init(of window: Window, at output: (row: Int, column: Int), on image: ImageExtents.Extents) {
    begin = (
      output.row * window.verticalStride - window.padding.top,
      output.column * window.horizontalStride - window.padding.left
    )
    rows = max(0, -begin.row)..<min(window.height, image.height - begin.row)
    columns = max(0, -begin.column)..<min(window.width, image.width - begin.column)
    (windowWidth, imageWidth) = (window.width, image.width)
  }

  /// How many pixels it has.
  var count: Int { rows.count * columns.count }

  /// Calls `body` for each of its pixels, row by row: with the pixel's number in the window and in the image.
  func forEachPixel(_ body: (_ place: Int, _ pixel: Int) -> Void) {
    for row in rows {
      for column in columns {
        body(row * windowWidth + column, (begin.row + row) * imageWidth + begin.column + column)
      }
    }
  }
}
