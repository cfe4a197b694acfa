/// The conversion of accumulators into the codes of the next tensor.
///
///     code = zeroPoint + accumulator · multiplier,   within the activation range
///
/// The multiplier is inputScale · weightScale / outputScale, one per channel; the runtimes differ in how they
/// round the product. Integer inference and the simulation of it in training take their multipliers from here.
///
/// Source: Jacob et al., 2018, section 2.4 (arXiv:1712.05877).
package struct Requantizer: Sendable {
  /// Multipliers: one per channel, or one for all.
  package enum Multipliers: Sendable {
    /// A Q31 mantissa and a shift: LiteRT's `MultiplyByQuantizedMultiplier`, which rounds twice.
    case fixedPoint([FixedPointMultiplier], FixedPointMultiplier.Roundings = .double)
    /// 53 bits, rounded like a product of two doubles: LiteRT's reference `FullyConnected`.
    case significand([SignificandMultiplier])
    /// A 32-bit float, rounded half to even: XNNPACK and ONNX Runtime.
    case float([FloatMultiplier])
  }

  package let multipliers: Multipliers
  package let zeroPoint: Int32
  package let activationRange: ClosedRange<Int32>

  package init(multipliers: Multipliers, zeroPoint: Int32, activationRange: ClosedRange<Int32>) {
    (self.multipliers, self.zeroPoint, self.activationRange) = (multipliers, zeroPoint, activationRange)
  }

  /// The code of an accumulator of the given channel.
  package func code(_ accumulator: Int32, channel: Int) -> Int8 {
    let steps =
      switch multipliers {
      case .fixedPoint(let multipliers, let roundings):
        multipliers[channel].apply(to: accumulator, roundings: roundings)
      case .significand(let multipliers): multipliers[channel].apply(to: accumulator)
      case .float(let multipliers): multipliers[channel].apply(to: accumulator)
      }
    return Int8(truncatingIfNeeded: steps.addingSaturating(zeroPoint).saturated(to: activationRange))
  }

  /// Writes the codes of `count` accumulators, one per channel.
  package func write(
    _ accumulators: UnsafePointer<Int32>, _ count: Int, to codes: UnsafeMutablePointer<Int8>
  ) {
    for channel in 0..<count { codes[channel] = code(accumulators[channel], channel: channel) }
  }
}

extension Requantizer.Multipliers {
  /// Accumulators in steps of the output's grid, before the zero point and the activation range.
  ///
  /// - Parameters:
  ///   - accumulators: The accumulators, with the channels last.
  ///   - channels: The number of channels.
  /// - Returns: As many whole numbers, saturated to 32 bits.
  package func steps(of accumulators: [Int32], channels: Int) -> [Int32] {
    switch self {
    case .fixedPoint(let multipliers, let roundings):
      Self.steps(accumulators, channels, multipliers) { $0.apply(to: $1, roundings: roundings) }
    case .significand(let multipliers):
      Self.steps(accumulators, channels, multipliers) { $0.apply(to: $1) }
    case .float(let multipliers):
      Self.steps(accumulators, channels, multipliers) { $0.apply(to: $1) }
    }
  }

  private static func steps<Multiplier>(
    _ accumulators: [Int32], _ channels: Int, _ multipliers: [Multiplier],
    _ apply: (Multiplier, Int32) -> Int32
  ) -> [Int32] {
    var channel = 0
    return accumulators.map { accumulator in
      defer { channel = channel + 1 == channels ? 0 : channel + 1 }
      return apply(multipliers[multipliers.count == 1 ? 0 : channel], accumulator)
    }
  }
}

// MARK: - With floats

// Multipliers are prepared once, from real scales; the code above uses only the integers made of them, except for
// runtimes that multiply floats.

extension Requantizer.Multipliers {
  /// The multipliers of a kernel's accumulators, whose steps are `input` · `weights`.
  ///
  /// - Parameters:
  ///   - arithmetic: The runtime whose rounding is followed.
  ///   - input: The scale of the input.
  ///   - weights: The scales of the weights: one, or one for each channel.
  ///   - output: The scale of the output.
  ///   - isDense: Whether the kernel is that of a dense layer, for which LiteRT has a multiplier of its own.
  package init(
    _ arithmetic: IntegerArithmetic, input: Float, weights: [Float], output: Float, isDense: Bool
  ) {
    let exact = weights.map { Double(input) * Double($0) / Double(output) }
    self =
      switch (arithmetic, isDense) {
      case (.tflite, false): .fixedPoint(exact.map { FixedPointMultiplier(checked: $0) })
      case (.tflite, true): .significand(exact.map { SignificandMultiplier($0) })
      case (.xnnpack, _), (.onnxRuntime, _):
        .float(weights.map { FloatMultiplier(value: input * $0 / output) })
      }
  }

  /// The multiplier from one grid to another: LiteRT's `QUANTIZE` of int8 codes, or a stand-alone ReLU.
  ///
  /// LiteRT computes a ReLU even where XNNPACK takes over `QUANTIZE`, and rounds the quotient of the scales to a
  /// float for a ReLU, and to a double for `QUANTIZE`.
  ///
  /// - Parameters:
  ///   - arithmetic: The runtime whose rounding is followed.
  ///   - input: The scale of the input.
  ///   - output: The scale of the output.
  ///   - isActivation: Whether the operation is a ReLU.
  package init(_ arithmetic: IntegerArithmetic, from input: Float, to output: Float, isActivation: Bool) {
    self =
      switch (arithmetic, isActivation) {
      case (.tflite, true), (.xnnpack, true):
        .fixedPoint([FixedPointMultiplier(checked: Double(input / output))])
      case (.tflite, false): .fixedPoint([FixedPointMultiplier(checked: Double(input) / Double(output))])
      case (.xnnpack, false):
        .fixedPoint([FixedPointMultiplier(inEightBits: input / output)], .single)
      case (.onnxRuntime, _): .float([FloatMultiplier(value: input, divisor: output)])
      }
  }

  /// The multiplier from sums of `count` codes to their mean.
  ///
  /// - Parameters:
  ///   - arithmetic: The runtime whose rounding is followed.
  ///   - input: The scale of the input.
  ///   - output: The scale of the output.
  ///   - count: The number of codes in a sum.
  package init(_ arithmetic: IntegerArithmetic, from input: Float, to output: Float, meanOf count: Int) {
    self =
      switch arithmetic {
      case .tflite:
        .fixedPoint([FixedPointMultiplier(checked: Double(input) / Double(output)).divided(by: count)])
      case .xnnpack, .onnxRuntime: .float([FloatMultiplier(value: input / (output * Float(count)))])
      }
  }
}
