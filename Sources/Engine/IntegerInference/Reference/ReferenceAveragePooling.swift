/// The mean of the codes under a window: LiteRT's `AVERAGE_POOL_2D`, kernel `reference_integer_ops::AveragePool`.
///
///     code = (Σ codes) / count,   half away from zero
///
/// The mean of codes on a grid is the code of the mean, so there is nothing to rescale. Pixels beyond the image
/// are neither added nor counted.
struct ReferenceAveragePooling: IntegerStep {
  private let walk: OutputPixels
  private let channels: Int

  init(_ number: Int, in model: IntegerModel, window: Window) {
    walk = OutputPixels(number, in: model, window: window)
    channels = model.operations[number].shape[2]
  }

  func run(_ memory: CodeMemory, examples: Int) {
    walk.forEachOutputPixel(memory, examples: examples) { image, part, codes in
      for channel in 0..<channels {
        var sum: Int64 = 0
        part.forEachPixel { _, pixel in sum += Int64(image[pixel * channels + channel]) }
        codes[channel] = Int8(truncatingIfNeeded: Self.mean(sum, of: Int64(part.count)))
      }
    }
  }

  /// `sum` ÷ `count`, half away from zero; division drops the fraction, so half the count goes on before.
  static func mean(_ sum: Int64, of count: Int64) -> Int64 {
    sum > 0 ? (sum + count / 2) / count : (sum - count / 2) / count
  }
}
