import FixedPoint

/// A convolution of images: LiteRT's `CONV_2D`, kernel `reference_integer_ops::ConvPerChannel`.
///
///     accumulator[f] = bias[f] + Σ rows, columns, channels (x − inputZeroPoint) · kernel[row, column, channel, f]
///
/// Pixels outside the image count as real 0: they add nothing and are skipped. If the kernel has fewer channels
/// than the image, the image's channels and the filters fall into as many groups, and the filters of a group
/// read the channels of that group.
struct ReferenceConvolution: IntegerStep {
  private let outputPixels: OutputPixels
  private let kernel: IntegerKernel
  private let groups: Int
  private let inputZeroPoint: Int32
  private let requantizer: Requantizer

  init(_ index: Int, in model: IntegerModel, kernel: IntegerKernel, window: Window) {
    outputPixels = OutputPixels(index, in: model, window: window)
    self.kernel = kernel
    let input = model.operations[model.operations[index].inputs[0]]
    groups = kernel.groups(of: input)
    inputZeroPoint = input.grid.zeroPoint
    requantizer = Requantizer(index, in: model, kernel: kernel)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    outputPixels.forEach(memory, examples: examples) { image, window, codes in
      accumulate(image, window, into: memory.accumulators)
      requantizer.write(memory.accumulators, kernel.bias32.count, to: codes)
    }
  }

  /// The accumulators of one output pixel.
  private func accumulate(
    _ image: UnsafePointer<Int8>, _ window: VisibleWindow, into accumulators: UnsafeMutablePointer<Int32>
  ) {
    let (channels, filters) = (kernel.shape[2], kernel.shape[3])
    let groupFilters = filters / groups
    accumulators.update(from: kernel.bias32, count: kernel.bias32.count)
    kernel.intWeights.withUnsafeBufferPointer { weights in
      window.forEachPixel { tap, pixel in
        for channel in 0..<channels {
          let begin = (tap * channels + channel) * filters
          for group in 0..<groups {
            let x = Int32(image[(pixel * groups + group) * channels + channel]) - inputZeroPoint
            for filter in (group * groupFilters)..<((group + 1) * groupFilters) {
              accumulators[filter] &+= x &* Int32(weights[begin + filter])
            }
          }
        }
      }
    }
  }
}

/// A depthwise convolution: LiteRT's `DEPTHWISE_CONV_2D`, kernel
/// `reference_integer_ops::DepthwiseConvPerChannel`.
///
///     accumulator[c · multiplier + m] = bias + Σ rows, columns (x[c] − inputZeroPoint) · kernel[row, column, c, m]
///
/// Pixels outside the image count as real 0: they add nothing and are skipped.
struct ReferenceDepthwiseConvolution: IntegerStep {
  private let outputPixels: OutputPixels
  private let kernel: IntegerKernel
  private let inputZeroPoint: Int32
  private let requantizer: Requantizer

  init(_ index: Int, in model: IntegerModel, kernel: IntegerKernel, window: Window) {
    outputPixels = OutputPixels(index, in: model, window: window)
    self.kernel = kernel
    inputZeroPoint = model.operations[model.operations[index].inputs[0]].grid.zeroPoint
    requantizer = Requantizer(index, in: model, kernel: kernel)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    outputPixels.forEach(memory, examples: examples) { image, window, codes in
      accumulate(image, window, into: memory.accumulators)
      requantizer.write(memory.accumulators, kernel.bias32.count, to: codes)
    }
  }

  /// The accumulators of one output pixel.
  private func accumulate(
    _ image: UnsafePointer<Int8>, _ window: VisibleWindow, into accumulators: UnsafeMutablePointer<Int32>
  ) {
    let (channels, multiplier) = (kernel.shape[2], kernel.shape[3])
    accumulators.update(from: kernel.bias32, count: kernel.bias32.count)
    kernel.intWeights.withUnsafeBufferPointer { weights in
      window.forEachPixel { tap, pixel in
        let begin = tap * channels * multiplier
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

/// A matrix product over the last dimension: LiteRT's `FULLY_CONNECTED`, kernel
/// `reference_integer_ops::FullyConnected`.
///
///     accumulator[u] = bias[u] + Σ inputs (x − inputZeroPoint) · kernel[input, u]
struct ReferenceDense: IntegerStep {
  private let input: Int
  private let output: Int
  private let rows: Int
  private let kernel: IntegerKernel
  private let inputZeroPoint: Int32
  private let requantizer: Requantizer

  init(_ index: Int, in model: IntegerModel, kernel: IntegerKernel) {
    let operation = model.operations[index]
    (input, output, self.kernel) = (operation.inputs[0], index, kernel)
    rows = operation.count / kernel.shape[1]
    inputZeroPoint = model.operations[input].grid.zeroPoint
    requantizer = Requantizer(index, in: model, kernel: kernel)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    let (inputs, units) = (kernel.shape[0], kernel.shape[1])
    let accumulators = memory.accumulators
    for row in 0..<(examples * rows) {
      let (read, codes) = (memory[input] + row * inputs, memory[output] + row * units)
      accumulators.update(from: kernel.bias32, count: units)
      kernel.intWeights.withUnsafeBufferPointer { weights in
        for index in 0..<inputs {
          let x = Int32(read[index]) - inputZeroPoint
          for unit in 0..<units { accumulators[unit] &+= x &* Int32(weights[index * units + unit]) }
        }
      }
      requantizer.write(accumulators, units, to: codes)
    }
  }
}
