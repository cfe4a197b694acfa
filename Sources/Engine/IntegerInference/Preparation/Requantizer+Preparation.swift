import FixedPoint

// Multipliers are made once, offline, with real numbers; what runs uses the integers made of them.

extension Requantizer {
  /// The requantizer of a kernel's accumulators.
  init(_ number: Int, in model: IntegerModel, kernel: IntegerKernel) {
    let operation = model.operations[number]
    let (input, output) = (model.operations[operation.inputs[0]].grid.scale, operation.grid.scale)
    let scales = kernel.bias.indices.map { kernel.scale(of: $0) }
    let exact = scales.map { Double(input) * Double($0) / Double(output) }
    let multipliers: Multipliers =
      switch (model.scheme, isDense: kernel.shape.count == 2) {
      case (.tflite, false): .fixedPoint(exact.map { FixedPointMultiplier(checked: $0) })
      case (.tflite, true): .significand(exact.map { SignificandMultiplier($0) })
      case (.xnnpack, _), (.onnxRuntime, _):
        .float(scales.map { FloatMultiplier(value: input * $0 / output) })
      }
    self.init(multipliers: multipliers, zeroPoint: operation.grid.zeroPoint, limits: kernel.limits)
  }

  /// The requantizer from the input's grid to the output's.
  ///
  /// With limits it is a ReLU of its own, which LiteRT computes even where XNNPACK takes `QUANTIZE`; of a ReLU
  /// LiteRT rounds the quotient of the scales to a float, of `QUANTIZE` to a double.
  init(_ number: Int, in model: IntegerModel, limits: ClosedRange<Int32>) {
    let operation = model.operations[number]
    let (input, output) = (model.operations[operation.inputs[0]].grid.scale, operation.grid.scale)
    let isActivation = limits != IntegerOperation.allCodes
    let multipliers: Multipliers =
      switch (model.scheme, isActivation) {
      case (.tflite, true), (.xnnpack, true):
        .fixedPoint([FixedPointMultiplier(checked: Double(input / output))])
      case (.tflite, false): .fixedPoint([FixedPointMultiplier(checked: Double(input) / Double(output))])
      case (.xnnpack, false):
        .fixedPoint([FixedPointMultiplier(inEightBits: input / output)], .single)
      case (.onnxRuntime, _): .float([FloatMultiplier(value: input, divisor: output)])
      }
    self.init(multipliers: multipliers, zeroPoint: operation.grid.zeroPoint, limits: limits)
  }

  /// The requantizer of sums of so many codes to their mean.
  init(_ number: Int, in model: IntegerModel, meanOf count: Int) {
    let operation = model.operations[number]
    let (input, output) = (model.operations[operation.inputs[0]].grid.scale, operation.grid.scale)
    let multipliers: Multipliers =
      switch model.scheme {
      case .tflite:
        .fixedPoint([FixedPointMultiplier(checked: Double(input) / Double(output)).divided(by: count)])
      case .xnnpack, .onnxRuntime: .float([FloatMultiplier(value: input / (output * Float(count)))])
      }
    self.init(
      multipliers: multipliers, zeroPoint: operation.grid.zeroPoint, limits: operation.grid.quantizedRange)
  }
}

extension FixedPointMultiplier {
  /// The multiplier nearest to a number that the model's checks found finite and not below zero.
  init(checked multiplier: Double) {
    do { try self.init(multiplier) } catch { preconditionFailure() }
  }

  /// A ratio in 8 fractional bits, as XNNPACK's `xnn_init_qs8_cvt_scalar_params` makes it.
  init(inEightBits ratio: Float) {
    self.init(mantissa: Int32(saturating: (256 * ratio).rounded(.toNearestOrEven)), shift: 23)
  }

  /// This multiplier divided by a count, as LiteRT's `MEAN` does it.
  ///
  /// The mantissa is shifted left first, so that as many bits of the quotient are kept as there are; the rest is
  /// dropped.
  func divided(by count: Int) -> FixedPointMultiplier {
    let logarithm = Int.bitWidth - 1 - count.leadingZeroBitCount
    let bits = min(logarithm, 32, 31 + shift)
    let quotient = (Int64(mantissa) << Int64(bits)) / Int64(count)
    return FixedPointMultiplier(mantissa: Int32(truncatingIfNeeded: quotient), shift: shift - bits)
  }
}

extension SignificandMultiplier {
  /// Takes a normal number, above zero, apart.
  init(_ multiplier: Double) {
    significand = UInt64(multiplier.significand * 0x1p52)
    exponent = Int(multiplier.exponent) - 52
  }
}
