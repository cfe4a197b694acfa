import FixedPoint

/// The mean of each channel over the image, on a grid of its own: LiteRT's `MEAN`, kernel
/// `reference_ops::QuantizedMeanOrSum`; and ONNX Runtime's `QLinearGlobalAveragePool`.
///
///     accumulator = Σ (code − inputZeroPoint)
///     code = zeroPoint + accumulator · inputScale / (count · outputScale)
struct ReferenceGlobalAveragePooling: IntegerStep {
  private let input: Int
  private let output: Int
  private let channels: Int
  private let pixels: Int
  private let inputZeroPoint: Int32
  private let requantizer: Requantizer

  init(_ number: Int, in model: IntegerModel) {
    let operation = model.operations[number]
    (input, output, channels) = (operation.inputs[0], number, operation.shape[0])
    pixels = model.operations[input].count / channels
    inputZeroPoint = model.operations[input].grid.zeroPoint
    requantizer = Requantizer(number, in: model, meanOf: pixels)
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
