import FixedPoint

/// A convolution of images: LiteRT's `CONV_2D`, kernel `reference_integer_ops::ConvPerChannel`.
///
///     accumulator[f] = bias[f] + Σ rows, columns, channels (x − inputZeroPoint) · kernel[row, column, channel, f]
///
/// Pixels beyond the image count as real 0, so they add nothing and are left out.
struct Convolution: IntegerStep {
  private let input: Int
  private let output: Int
  private let extents: ImageExtents
  private let kernel: IntegerKernel
  private let window: Window
  private let inputZeroPoint: Int32
  private let requantizer: Requantizer

  init(_ number: Int, in model: IntegerModel, kernel: IntegerKernel, window: Window) {
    (input, output) = (model.operations[number].inputs[0], number)
    (self.kernel, self.window) = (kernel, window)
    extents = ImageExtents(number, in: model)
    inputZeroPoint = model.operations[input].grid.zeroPoint
    requantizer = Requantizer(number, in: model, kernel: kernel)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    let filters = extents.output.channels
    for example in 0..<examples {
      let image = UnsafePointer(memory[input] + example * extents.inputCount)
      var codes = memory[output] + example * extents.outputCount
      for row in 0..<extents.output.height {
        for column in 0..<extents.output.width {
          accumulate(image, row, column, into: memory.accumulators)
          for filter in 0..<filters {
            codes[filter] = requantizer.code(memory.accumulators[filter], channel: filter)
          }
          codes += filters
        }
      }
    }
  }

  /// The accumulators of one output pixel.
  private func accumulate(
    _ image: UnsafePointer<Int8>, _ row: Int, _ column: Int, into accumulators: UnsafeMutablePointer<Int32>
  ) {
    let (channels, filters) = (extents.input.channels, extents.output.channels)
    let rows = window.rows(at: row, of: extents.input.height)
    let columns = window.columns(at: column, of: extents.input.width)
    for filter in 0..<filters { accumulators[filter] = kernel.bias[filter] }
    kernel.codes.withUnsafeBufferPointer { weights in
      for windowRow in rows.onImage {
        for windowColumn in columns.onImage {
          let pixel =
            image + ((rows.begin + windowRow) * extents.input.width + columns.begin + windowColumn) * channels
          for channel in 0..<channels {
            let x = Int32(pixel[channel]) - inputZeroPoint
            let begin = ((windowRow * window.width + windowColumn) * channels + channel) * filters
            for filter in 0..<filters {
              accumulators[filter] &+= x &* Int32(weights[begin + filter])
            }
          }
        }
      }
    }
  }
}
