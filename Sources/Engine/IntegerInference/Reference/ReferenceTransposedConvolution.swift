import FixedPoint

/// A transposed convolution of images: LiteRT's `TRANSPOSE_CONV`, kernel `reference_integer_ops::TransposeConv`.
///
///     accumulator[y, x, f] = bias[f] + Σ (input[i, j, c] − inputZeroPoint) · kernel[y − i · stride, x − j · stride, c, f]
///
/// Each input pixel lays the kernel, multiplied by it, on the output. Here it is computed the other way round, one
/// output pixel after another: which rows and columns of the kernel lie on it, and from which input pixels.
struct ReferenceTransposedConvolution: IntegerStep {
  private let input: Int
  private let output: Int
  private let extents: ImageExtents
  private let kernel: IntegerKernel
  private let window: Window
  private let inputZeroPoint: Int32
  private let requantizer: Requantizer

  init(_ index: Int, in model: IntegerModel, kernel: IntegerKernel, window: Window) {
    (input, output) = (model.operations[index].inputs[0], index)
    extents = ImageExtents(index, in: model)
    (self.kernel, self.window) = (kernel, window)
    inputZeroPoint = model.operations[input].grid.zeroPoint
    requantizer = Requantizer(index, in: model, kernel: kernel)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    for example in 0..<examples {
      let image = UnsafePointer(memory[input] + example * extents.inputCount)
      var codes = memory[output] + example * extents.outputCount
      for row in 0..<extents.output.height {
        for column in 0..<extents.output.width {
          accumulate(image, row: row, column: column, into: memory.accumulators)
          requantizer.write(memory.accumulators, kernel.bias32.count, to: codes)
          codes += extents.output.channels
        }
      }
    }
  }

  /// The accumulators of one output pixel.
  private func accumulate(
    _ image: UnsafePointer<Int8>, row: Int, column: Int, into accumulators: UnsafeMutablePointer<Int32>
  ) {
    let (channels, filters) = (kernel.shape[2], kernel.shape[3])
    accumulators.update(from: kernel.bias32, count: filters)
    kernel.intWeights.withUnsafeBufferPointer { weights in
      for tapRow in 0..<window.height {
        guard
          let y = source(row + window.padding.top - tapRow, window.verticalStride, extents.input.height)
        else { continue }
        for tapColumn in 0..<window.width {
          guard
            let x = source(
              column + window.padding.left - tapColumn, window.horizontalStride, extents.input.width)
          else { continue }
          let pixel = image + (y * extents.input.width + x) * channels
          for channel in 0..<channels {
            let x = Int32(pixel[channel]) - inputZeroPoint
            let begin = ((tapRow * window.width + tapColumn) * channels + channel) * filters
            for filter in 0..<filters { accumulators[filter] &+= x &* Int32(weights[begin + filter]) }
          }
        }
      }
    }
  }

  /// The input row or column whose window begins at a place of the output; nil if none does.
  private func source(_ place: Int, _ stride: Int, _ extent: Int) -> Int? {
    guard place >= 0, place % stride == 0, place / stride < extent else { return nil }
    return place / stride
  }
}
