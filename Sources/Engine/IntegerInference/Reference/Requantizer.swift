import FixedPoint

/// From accumulators to the codes of the next tensor.
///
///     code = zeroPoint + accumulator · multiplier,   within the limits
///
/// The multiplier is inputScale · weightScale / outputScale, one for each channel; how the product is rounded is
/// where the schemes differ.
///
/// Source: Jacob et al., 2018, section 2.4 (arXiv:1712.05877).
struct Requantizer {
  /// Multipliers, one for each channel.
  enum Multipliers {
    /// Q31 and a shift: LiteRT's `MultiplyByQuantizedMultiplier`, which rounds twice.
    case fixedPoint([FixedPointMultiplier], FixedPointMultiplier.Roundings = .double)
    /// 53 bits, rounded as a product of two doubles is: LiteRT's reference `FullyConnected`.
    case significand([SignificandMultiplier])
    /// A float of 32 bits, half to even: XNNPACK and ONNX Runtime.
    case float([FloatMultiplier])
  }

  let multipliers: Multipliers
  let zeroPoint: Int32
  let limits: ClosedRange<Int32>

  /// The code of an accumulator of this channel.
  func code(_ accumulator: Int32, channel: Int) -> Int8 {
    let steps =
      switch multipliers {
      case .fixedPoint(let multipliers, let roundings):
        multipliers[channel].apply(to: accumulator, roundings: roundings)
      case .significand(let multipliers): multipliers[channel].apply(to: accumulator)
      case .float(let multipliers): multipliers[channel].apply(to: accumulator)
      }
    return Int8(truncatingIfNeeded: steps.addingSaturating(zeroPoint).saturated(to: limits))
  }

  /// Writes the codes of `count` accumulators, one of each channel.
  func write(_ accumulators: UnsafePointer<Int32>, _ count: Int, to codes: UnsafeMutablePointer<Int8>) {
    for channel in 0..<count { codes[channel] = code(accumulators[channel], channel: channel) }
  }
}
