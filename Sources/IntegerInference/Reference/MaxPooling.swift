/// The largest code under a window: LiteRT's `MAX_POOL_2D`, kernel `reference_integer_ops::MaxPool`.
///
/// Larger codes stand for larger numbers, so there is nothing to rescale. Pixels beyond the image are left out.
struct MaxPooling: IntegerStep {
  private let input: Int
  private let output: Int
  private let extents: ImageExtents
  private let window: Window

  init(_ number: Int, in model: IntegerModel, window: Window) {
    (input, output, self.window) = (model.operations[number].inputs[0], number, window)
    extents = ImageExtents(number, in: model)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    let channels = extents.output.channels
    for example in 0..<examples {
      let image = UnsafePointer(memory[input] + example * extents.inputCount)
      var codes = memory[output] + example * extents.outputCount
      for row in 0..<extents.output.height {
        let rows = window.rows(at: row, of: extents.input.height)
        for column in 0..<extents.output.width {
          let columns = window.columns(at: column, of: extents.input.width)
          for channel in 0..<channels {
            var largest = Int8.min
            for y in rows.onImage {
              for x in columns.onImage {
                let pixel = (rows.begin + y) * extents.input.width + columns.begin + x
                largest = max(largest, image[pixel * channels + channel])
              }
            }
            codes[channel] = largest
          }
          codes += channels
        }
      }
    }
  }
}
