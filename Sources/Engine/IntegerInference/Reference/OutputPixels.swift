/// The output pixels of an operation on images, each with its window on the input.
struct OutputPixels {
  private let input: Int
  private let output: Int
  private let extents: ImageExtents
  private let window: Window

  /// The output pixels of the operation at this index.
  init(_ index: Int, in model: IntegerModel, window: Window) {
    (input, output, self.window) = (model.operations[index].inputs[0], index, window)
    extents = ImageExtents(index, in: model)
  }

  /// Calls `body` for each output pixel, with the input image, the visible part of the window, and the memory
  /// of the pixel's codes.
  func forEach(
    _ memory: CodeMemory, examples: Int,
    _ body: (_ image: UnsafePointer<Int8>, _ window: VisibleWindow, _ codes: UnsafeMutablePointer<Int8>) ->
      Void
  ) {
    for example in 0..<examples {
      let image = UnsafePointer(memory[input] + example * extents.inputCount)
      var codes = memory[output] + example * extents.outputCount
      for row in 0..<extents.output.height {
        for column in 0..<extents.output.width {
          body(image, VisibleWindow(of: window, at: (row, column), on: extents.input), codes)
          codes += extents.output.channels
        }
      }
    }
  }
}

/// The part of a window that lies on the image, not on its padding.
struct VisibleWindow {
  private let rows: Range<Int>
  private let columns: Range<Int>
  /// The row and column of the image under the window's first pixel, which may lie outside the image.
  private let begin: (row: Int, column: Int)
  private let dilations: (vertical: Int, horizontal: Int)
  private let windowWidth: Int
  private let imageWidth: Int

  /// The visible part of a window at the position of an output pixel.
  init(of window: Window, at output: (row: Int, column: Int), on image: ImageExtents.Extents) {
    begin = (
      output.row * window.verticalStride - window.padding.top,
      output.column * window.horizontalStride - window.padding.left
    )
    dilations = (window.verticalDilation, window.horizontalDilation)
    rows = Self.visible(window.height, by: dilations.vertical, from: begin.row, of: image.height)
    columns = Self.visible(window.width, by: dilations.horizontal, from: begin.column, of: image.width)
    (windowWidth, imageWidth) = (window.width, image.width)
  }

  /// The rows or columns of a window that lie on the image: those whose place `begin` + index · `dilation` is
  /// one of 0 ..< `extent`.
  private static func visible(_ count: Int, by dilation: Int, from begin: Int, of extent: Int) -> Range<Int> {
    if dilation == 1 { return max(0, -begin)..<min(count, extent - begin) }
    let first = begin < 0 ? (dilation - 1 - begin) / dilation : 0
    return first..<min(count, (extent - begin + dilation - 1) / dilation)
  }

  /// The number of pixels.
  var count: Int { rows.count * columns.count }

  /// Calls `body` for each pixel, row by row, with the pixel's index in the window, `tap`, and in the image.
  func forEachPixel(_ body: (_ tap: Int, _ pixel: Int) -> Void) {
    for row in rows {
      for column in columns {
        body(
          row * windowWidth + column,
          (begin.row + row * dilations.vertical) * imageWidth + begin.column + column * dilations.horizontal)
      }
    }
  }
}

/// The extents of the images that an operation reads and writes.
struct ImageExtents {
  typealias Extents = (height: Int, width: Int, channels: Int)

  let input: Extents
  let output: Extents

  /// The extents of one example before and after an operation on images.
  init(_ index: Int, in model: IntegerModel) {
    let operation = model.operations[index]
    let (read, written) = (model.operations[operation.inputs[0]].shape, operation.shape)
    input = (read[0], read[1], read[2])
    output = (written[0], written[1], written[2])
  }

  var inputCount: Int { input.height * input.width * input.channels }
  var outputCount: Int { output.height * output.width * output.channels }
}
