/// The way of an operation over images: from output pixel to output pixel, with the window that lies there.
struct OutputPixels {
  private let input: Int
  private let output: Int
  private let extents: ImageExtents
  private let window: Window

  /// The walk of the operation of this number.
  init(_ number: Int, in model: IntegerModel, window: Window) {
    (input, output, self.window) = (model.operations[number].inputs[0], number, window)
    extents = ImageExtents(number, in: model)
  }

  /// Calls `body` for each output pixel: with the image that is read, the part of it under the window, and where
  /// the pixel's codes go.
  func forEachOutputPixel(
    _ memory: CodeMemory, examples: Int,
    _ body: (_ image: UnsafePointer<Int8>, _ part: VisibleWindow, _ codes: UnsafeMutablePointer<Int8>) -> Void
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
