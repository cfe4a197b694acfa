extension Window {
  /// The rows of the window that lie on an image of `height` rows when it stands at output row `row`, and the
  /// image's row under the window's first, which may lie above the image.
  func rows(at row: Int, of height: Int) -> (onImage: Range<Int>, begin: Int) {
    let begin = row * verticalStride - padding.top
    return (max(0, -begin)..<min(self.height, height - begin), begin)
  }

  /// The columns of the window that lie on an image of `width` columns, as `rows(at:of:)`.
  func columns(at column: Int, of width: Int) -> (onImage: Range<Int>, begin: Int) {
    let begin = column * horizontalStride - padding.left
    return (max(0, -begin)..<min(self.width, width - begin), begin)
  }
}

/// The extents of images that an operation reads and writes.
struct ImageExtents {
  let input: (height: Int, width: Int, channels: Int)
  let output: (height: Int, width: Int, channels: Int)

  /// The extents of one example before and after an operation on images.
  init(_ number: Int, in model: IntegerModel) {
    let operation = model.operations[number]
    let (read, written) = (model.operations[operation.inputs[0]].shape, operation.shape)
    input = (read[0], read[1], read[2])
    output = (written[0], written[1], written[2])
  }

  var inputCount: Int { input.height * input.width * input.channels }
  var outputCount: Int { output.height * output.width * output.channels }
}
