import FixedPoint

/// The largest code under a window: LiteRT's `MAX_POOL_2D`, kernel `reference_integer_ops::MaxPool`.
///
/// Larger codes stand for larger numbers, so nothing is rescaled. Pixels outside the image are skipped.
struct ReferenceMaxPooling: IntegerStep {
  private let outputPixels: OutputPixels
  private let channels: Int

  init(_ index: Int, in model: IntegerModel, window: Window) {
    outputPixels = OutputPixels(index, in: model, window: window)
    channels = model.operations[index].shape[2]
  }

  func run(_ memory: CodeMemory, examples: Int) {
    outputPixels.forEach(memory, examples: examples) { image, window, codes in
      for channel in 0..<channels {
        var largest = Int8.min
        window.forEachPixel { _, pixel in largest = max(largest, image[pixel * channels + channel]) }
        codes[channel] = largest
      }
    }
  }
}

/// The mean of the codes under a window: LiteRT's `AVERAGE_POOL_2D`, kernel
/// `reference_integer_ops::AveragePool`.
///
///     code = (Σ codes) / count,   half away from zero
///
/// The mean of codes on a grid is the code of the mean, so nothing is rescaled. Pixels outside the image are
/// neither added nor counted.
struct ReferenceAveragePooling: IntegerStep {
  private let outputPixels: OutputPixels
  private let channels: Int

  init(_ index: Int, in model: IntegerModel, window: Window) {
    outputPixels = OutputPixels(index, in: model, window: window)
    channels = model.operations[index].shape[2]
  }

  func run(_ memory: CodeMemory, examples: Int) {
    outputPixels.forEach(memory, examples: examples) { image, window, codes in
      for channel in 0..<channels {
        var sum: Int64 = 0
        window.forEachPixel { _, pixel in sum += Int64(image[pixel * channels + channel]) }
        codes[channel] = Int8(truncatingIfNeeded: Self.mean(sum, of: Int64(window.count)))
      }
    }
  }

  /// `sum` ÷ `count`, half away from zero: half the count is added first, since division truncates.
  static func mean(_ sum: Int64, of count: Int64) -> Int64 {
    sum > 0 ? (sum + count / 2) / count : (sum - count / 2) / count
  }
}

/// The mean of each channel over the image, with a grid of its own: LiteRT's `MEAN`, kernel
/// `reference_ops::QuantizedMeanOrSum`, and ONNX Runtime's `QLinearGlobalAveragePool`.
///
///     accumulator = Σ (code − inputZeroPoint)
///     code = zeroPoint + accumulator · inputScale / (count · outputScale)
struct ReferenceGlobalAveragePooling: IntegerStep {
  private let input: Int
  private let output: Int
  private let channels: Int
  private let pixels: Int
  let inputZeroPoint: Int32
  let requantizer: Requantizer

  init(_ index: Int, in model: IntegerModel) {
    let operation = model.operations[index]
    (input, output, channels) = (operation.inputs[0], index, operation.count)
    pixels = model.operations[input].count / channels
    inputZeroPoint = model.operations[input].grid.zeroPoint
    requantizer = Requantizer(index, in: model, meanOf: pixels)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    for example in 0..<examples {
      let image = memory[input] + example * pixels * channels
      let codes = memory[output] + example * channels
      for channel in 0..<channels {
        var sum: Int32 = 0
        for pixel in 0..<pixels { sum += Int32(image[pixel * channels + channel]) - inputZeroPoint }
        codes[channel] = requantizer.code(sum, channel: 0)
      }
    }
  }
}

// MARK: - With floats

/// The mean of the numbers under a window, with a grid of its own: ONNX Runtime's `QLinearAveragePool`.
///
///     code = round((Σ (code − inputZeroPoint) · inputScale) / count / scale + zeroPoint)
///
/// Every product, sum and quotient is rounded to a 32-bit float; sums run row by row; the result is rounded half to
/// even. The zero point is added before, so where it is odd, ties go to odd distances from it. Pixels outside the image
/// are neither added nor counted.
///
/// If the window is the whole image, without padding, ONNX Runtime takes the kernel of `QLinearGlobalAveragePool`.
struct FloatWindowPooling: IntegerStep {
  private let outputPixels: OutputPixels
  private let channels: Int
  private let numbers: [Float]
  private let grid: AffineQuantizer

  init(_ index: Int, in model: IntegerModel, window: Window) {
    outputPixels = OutputPixels(index, in: model, window: window)
    channels = model.operations[index].shape[2]
    grid = model.operations[index].grid
    let input = model.operations[model.operations[index].inputs[0]].grid
    numbers = (-128...127).map { Float($0 - input.zeroPoint) * input.scale }
  }

  /// Whether the window of the operation at an index is its whole input image, without padding.
  static func takesWholeImage(_ window: Window, _ index: Int, in model: IntegerModel) -> Bool {
    let image = model.operations[model.operations[index].inputs[0]].shape
    return window.padding == .none && [window.height, window.width] == [image[0], image[1]]
  }

  func run(_ memory: CodeMemory, examples: Int) {
    let (scale, zeroPoint, range) = (grid.scale, Float(grid.zeroPoint), grid.quantizedRange)
    outputPixels.forEach(memory, examples: examples) { image, window, codes in
      for channel in 0..<channels {
        var sum: Float = 0
        window.forEachPixel { _, pixel in sum += numbers[Int(image[pixel * channels + channel]) + 128] }
        let code = (sum / Float(window.count) / scale + zeroPoint).rounded(.toNearestOrEven)
        codes[channel] = Int8(truncatingIfNeeded: Int32(saturating: code).saturated(to: range))
      }
    }
  }
}

/// The mean of each channel over the image, with a grid of its own, as XNNPACK computes LiteRT's `MEAN`.
///
///     m = (inputScale / scale) · (1 / count)
///     code = (Σ codes) · m + (zeroPoint − count · inputZeroPoint · m)
///
/// Every product and sum is rounded to a 32-bit float, the result half to even to an integer.
struct FloatAveragePooling: IntegerStep {
  private let input: Int
  private let output: Int
  private let channels: Int
  private let pixels: Int
  let multiplier: Float
  let offset: Float
  private let activationRange: ClosedRange<Int32>

  init(_ index: Int, in model: IntegerModel) {
    let operation = model.operations[index]
    (input, output, channels) = (operation.inputs[0], index, operation.count)
    pixels = model.operations[input].count / channels
    let grid = model.operations[input].grid
    multiplier = grid.scale / operation.grid.scale * (1 / Float(pixels))
    offset = Float(operation.grid.zeroPoint) - Float(pixels * Int(grid.zeroPoint)) * multiplier
    activationRange = operation.grid.quantizedRange
  }

  func run(_ memory: CodeMemory, examples: Int) {
    for example in 0..<examples {
      let image = memory[input] + example * pixels * channels
      let codes = memory[output] + example * channels
      for channel in 0..<channels {
        var sum: Int32 = 0
        for pixel in 0..<pixels { sum += Int32(image[pixel * channels + channel]) }
        let mean = (Float(sum) * multiplier + offset).rounded(.toNearestOrEven)
        codes[channel] = Int8(truncatingIfNeeded: Int32(saturating: mean).saturated(to: activationRange))
      }
    }
  }
}
