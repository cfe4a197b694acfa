import FixedPoint
import IntegerInference

/// The conversion of accumulators into codes, written independently from each runtime's formula and types.
enum Oracle {
  static func code(
    _ accumulator: Int64, _ kernel: IntegerKernel, _ channel: Int, _ input: AffineQuantizer,
    _ output: AffineQuantizer, _ arithmetic: IntegerArithmetic
  ) -> Int8 {
    let scale = kernel.scales.count == 1 ? kernel.scales[0] : kernel.scales[channel]
    let steps: Double =
      switch (arithmetic, kernel.shape.count) {
      case (.tflite, 2):
        // LiteRT's reference FullyConnected multiplies in 64-bit floats.
        (Double(accumulator) * (Double(input.scale) * Double(scale) / Double(output.scale)))
          .rounded(.toNearestOrAwayFromZero)
      case (.tflite, _):
        Double(rescaled(accumulator, by: Double(input.scale) * Double(scale) / Double(output.scale)))
      default:
        Double((Float(accumulator) * (input.scale * scale / output.scale)).rounded(.toNearestOrEven))
      }
    let (low, high) = (Double(kernel.activationRange.lowerBound), Double(kernel.activationRange.upperBound))
    return Int8(min(max(steps + Double(output.zeroPoint), low), high))
  }

  /// LiteRT's MultiplyByQuantizedMultiplier, for accumulators below 2^31, by plain division.
  static func rescaled(_ accumulator: Int64, by multiplier: Double) -> Int64 {
    var (mantissa, shift) = (multiplier, 0)
    while mantissa >= 1 { (mantissa, shift) = (mantissa / 2, shift + 1) }
    while mantissa < 0.5 { (mantissa, shift) = (mantissa * 2, shift - 1) }
    var fraction = Int64((mantissa * 0x1p31).rounded(.toNearestOrAwayFromZero))
    if fraction == 1 << 31 { (fraction, shift) = (fraction / 2, shift + 1) }
    let product = (accumulator << Int64(max(shift, 0))) * fraction
    let high = floorDivided(product + (1 << 30), by: 1 << 31)
    let divisor = Int64(1) << Int64(max(-shift, 0))
    let magnitude = (abs(high) + divisor / 2) / divisor  // half away from zero
    return high < 0 ? -magnitude : magnitude
  }

  private static func floorDivided(_ value: Int64, by divisor: Int64) -> Int64 {
    value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
  }
}
