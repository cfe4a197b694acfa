import FixedPoint

/// The conversion of accumulators into the codes of the next tensor.
///
///     code = zeroPoint + accumulator · multiplier,   within the activation range
///
/// The multiplier is inputScale · weightScale / outputScale, one per channel; the runtimes differ in how they
/// round the product.
///
/// Source: Jacob et al., 2018, section 2.4 (arXiv:1712.05877).
struct Requantizer {
  /// Multipliers, one per channel.
  enum Multipliers {
    /// A Q31 mantissa and a shift: LiteRT's `MultiplyByQuantizedMultiplier`, which rounds twice.
    case fixedPoint([FixedPointMultiplier], FixedPointMultiplier.Roundings = .double)
    /// 53 bits, rounded like a product of two doubles: LiteRT's reference `FullyConnected`.
    case significand([SignificandMultiplier])
    /// A 32-bit float, rounded half to even: XNNPACK and ONNX Runtime.
    case float([FloatMultiplier])
  }

  let multipliers: Multipliers
  let zeroPoint: Int32
  let activationRange: ClosedRange<Int32>

  /// The code of an accumulator of the given channel.
  func code(_ accumulator: Int32, channel: Int) -> Int8 {
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
  func write(_ accumulators: UnsafePointer<Int32>, _ count: Int, to codes: UnsafeMutablePointer<Int8>) {
    for channel in 0..<count { codes[channel] = code(accumulators[channel], channel: channel) }
  }
}

/// The conversion from one grid to another: LiteRT's `QUANTIZE` of int8 codes, kernel
/// `reference_ops::Requantize`.
///
///     code = zeroPoint + (input − inputZeroPoint) · inputScale / outputScale,   within the activation range
///
/// An activation range that begins at the zero point makes it a ReLU.
struct ReferenceRequantization: IntegerStep {
  private let input: Int
  private let output: Int
  private let count: Int
  private let inputZeroPoint: Int32
  private let requantizer: Requantizer

  init(_ index: Int, in model: IntegerModel, activationRange: ClosedRange<Int32>) {
    let operation = model.operations[index]
    (input, output, count) = (operation.inputs[0], index, operation.count)
    inputZeroPoint = model.operations[input].grid.zeroPoint
    requantizer = Requantizer(index, in: model, activationRange: activationRange)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    let (codes, results) = (memory[input], memory[output])
    for index in 0..<(examples * count) {
      results[index] = requantizer.code(Int32(codes[index]) - inputZeroPoint, channel: 0)
    }
  }
}

// MARK: - With floats

// Multipliers are prepared once, from real scales; the code above uses only the integers made of them.

extension Requantizer {
  /// Prepares the requantizer of a kernel's accumulators.
  init(_ index: Int, in model: IntegerModel, kernel: IntegerKernel) {
    let operation = model.operations[index]
    let (input, output) = (model.operations[operation.inputs[0]].grid.scale, operation.grid.scale)
    let scales = kernel.bias32.indices.map { kernel.scale(of: $0) }
    let exact = scales.map { Double(input) * Double($0) / Double(output) }
    let multipliers: Multipliers =
      switch (model.arithmetic, isDense: kernel.shape.count == 2) {
      case (.tflite, false): .fixedPoint(exact.map { FixedPointMultiplier(checked: $0) })
      case (.tflite, true): .significand(exact.map { SignificandMultiplier($0) })
      case (.xnnpack, _), (.onnxRuntime, _):
        .float(scales.map { FloatMultiplier(value: input * $0 / output) })
      }
    self.init(
      multipliers: multipliers, zeroPoint: operation.grid.zeroPoint, activationRange: kernel.activationRange)
  }

  /// Prepares the requantizer from the input's grid to the output's grid.
  ///
  /// With an activation range it is a stand-alone ReLU, which LiteRT computes even where XNNPACK takes over
  /// `QUANTIZE`. LiteRT rounds the quotient of the scales to a float for a ReLU, and to a double for
  /// `QUANTIZE`.
  init(_ index: Int, in model: IntegerModel, activationRange: ClosedRange<Int32>) {
    let operation = model.operations[index]
    let (input, output) = (model.operations[operation.inputs[0]].grid.scale, operation.grid.scale)
    let isActivation = activationRange != IntegerOperation.allCodes
    let multipliers: Multipliers =
      switch (model.arithmetic, isActivation) {
      case (.tflite, true), (.xnnpack, true):
        .fixedPoint([FixedPointMultiplier(checked: Double(input / output))])
      case (.tflite, false): .fixedPoint([FixedPointMultiplier(checked: Double(input) / Double(output))])
      case (.xnnpack, false):
        .fixedPoint([FixedPointMultiplier(inEightBits: input / output)], .single)
      case (.onnxRuntime, _): .float([FloatMultiplier(value: input, divisor: output)])
      }
    self.init(multipliers: multipliers, zeroPoint: operation.grid.zeroPoint, activationRange: activationRange)
  }

  /// Prepares the requantizer from sums of `count` codes to their mean.
  init(_ index: Int, in model: IntegerModel, meanOf count: Int) {
    let operation = model.operations[index]
    let (input, output) = (model.operations[operation.inputs[0]].grid.scale, operation.grid.scale)
    let multipliers: Multipliers =
      switch model.arithmetic {
      case .tflite:
        .fixedPoint([FixedPointMultiplier(checked: Double(input) / Double(output)).divided(by: count)])
      case .xnnpack, .onnxRuntime: .float([FloatMultiplier(value: input / (output * Float(count)))])
      }
    self.init(
      multipliers: multipliers, zeroPoint: operation.grid.zeroPoint,
      activationRange: operation.grid.quantizedRange)
  }
}
