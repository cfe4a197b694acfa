/// The largest code under a window: LiteRT's `MAX_POOL_2D`, kernel `reference_integer_ops::MaxPool`.
///
/// Larger codes stand for larger numbers, so there is nothing to rescale. Pixels beyond the image are left out.
struct ReferenceMaxPooling: IntegerStep {
  private let walk: OutputPixels
  private let channels: Int

  init(_ number: Int, in model: IntegerModel, window: Window) {
    walk = OutputPixels(number, in: model, window: window)
    channels = model.operations[number].shape[2]
  }

  func run(_ memory: CodeMemory, examples: Int) {
    walk.forEachOutputPixel(memory, examples: examples) { image, part, codes in
      for channel in 0..<channels {
        var largest = Int8.min
        part.forEachPixel { _, pixel in largest = max(largest, image[pixel * channels + channel]) }
        codes[channel] = largest
      }
    }
  }
}
