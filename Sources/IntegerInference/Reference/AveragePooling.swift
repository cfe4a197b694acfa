/// The mean of the codes under a window: LiteRT's `AVERAGE_POOL_2D`, kernel `reference_integer_ops::AveragePool`.
///
///     code = (Σ codes) / count,   half away from zero
///
/// The mean of codes on a grid is the code of the mean, so there is nothing to rescale. Pixels beyond the image
/// are neither added nor counted.
struct AveragePooling: IntegerStep {
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
          let count = Int64(rows.onImage.count * columns.onImage.count)
          for channel in 0..<channels {
            var sum: Int64 = 0
            for y in rows.onImage {
              for x in columns.onImage {
                let pixel = (rows.begin + y) * extents.input.width + columns.begin + x
                sum += Int64(image[pixel * channels + channel])
              }
            }
            codes[channel] = Int8(truncatingIfNeeded: Self.mean(sum, of: count))
          }
          codes += channels
        }
      }
    }
  }

  /// `sum` ÷ `count`, half away from zero; division drops the fraction, so half the count goes on before.
  static func mean(_ sum: Int64, of count: Int64) -> Int64 {
    sum > 0 ? (sum + count / 2) / count : (sum - count / 2) / count
  }
}
