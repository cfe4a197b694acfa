import FixedPoint

/// A convolution of each channel for itself: LiteRT's `DEPTHWISE_CONV_2D`, kernel
/// `reference_integer_ops::DepthwiseConvPerChannel`.
///
///     accumulator[c · multiplier + m] = bias + Σ rows, columns (x[c] − inputZeroPoint) · kernel[row, column, c, m]
///
/// Pixels beyond the image count as real 0, so they add nothing and are left out.
struct ReferenceDepthwiseConvolution: IntegerStep {
  private let walk: OutputPixels
  private let kernel: IntegerKernel
  private let inputZeroPoint: Int32
  private let requantizer: Requantizer

  init(_ number: Int, in model: IntegerModel, kernel: IntegerKernel, window: Window) {
    walk = OutputPixels(number, in: model, window: window)
    self.kernel = kernel
    inputZeroPoint = model.operations[model.operations[number].inputs[0]].grid.zeroPoint
    requantizer = Requantizer(number, in: model, kernel: kernel)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    walk.forEachOutputPixel(memory, examples: examples) { image, part, codes in
      accumulate(image, part, into: memory.accumulators)
      requantizer.write(memory.accumulators, kernel.bias.count, to: codes)
    }
  }

  /// The accumulators of one output pixel.
  private func accumulate(
    _ image: UnsafePointer<Int8>, _ part: VisibleWindow, into accumulators: UnsafeMutablePointer<Int32>
  ) {
    let (channels, multiplier) = (kernel.shape[2], kernel.shape[3])
    accumulators.update(from: kernel.bias, count: kernel.bias.count)
    kernel.codes.withUnsafeBufferPointer { weights in
      part.forEachPixel { place, pixel in
        let begin = place * channels * multiplier
        for channel in 0..<channels {
          let x = Int32(image[pixel * channels + channel]) - inputZeroPoint
          for output in (channel * multiplier)..<((channel + 1) * multiplier) {
            accumulators[output] &+= x &* Int32(weights[begin + output])
          }
        }
      }
    }
  }
}
