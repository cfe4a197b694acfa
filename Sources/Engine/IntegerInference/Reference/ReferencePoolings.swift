import FixedPoint

/// The mean of each channel over the image, on a grid of its own, as XNNPACK computes LiteRT's `MEAN`.
///
///     m = (inputScale / scale) · (1 / count)
///     code = (Σ codes) · m + (zeroPoint − count · inputZeroPoint · m)
///
/// Every product and sum is rounded to a 32-bit float, the last half to even to an integer.
struct FloatAveragePooling: IntegerStep {
  private let input: Int
  private let output: Int
  private let channels: Int
  private let pixels: Int
  private let multiplier: Float
  private let offset: Float
  private let limits: ClosedRange<Int32>

  init(_ number: Int, in model: IntegerModel) {
    let operation = model.operations[number]
    (input, output, channels) = (operation.inputs[0], number, operation.shape[0])
    pixels = model.operations[input].count / channels
    let grid = model.operations[input].grid
    multiplier = grid.scale / operation.grid.scale * (1 / Float(pixels))
    offset = Float(operation.grid.zeroPoint) - Float(pixels * Int(grid.zeroPoint)) * multiplier
    limits = operation.grid.quantizedRange
  }

  func run(_ memory: CodeMemory, examples: Int) {
    for example in 0..<examples {
      let image = memory[input] + example * pixels * channels
      let codes = memory[output] + example * channels
      for channel in 0..<channels {
        var sum: Int32 = 0
        for pixel in 0..<pixels { sum += Int32(image[pixel * channels + channel]) }
        let mean = (Float(sum) * multiplier + offset).rounded(.toNearestOrEven)
        codes[channel] = Int8(truncatingIfNeeded: Int32(saturating: mean).saturated(to: limits))
      }
    }
  }
}
