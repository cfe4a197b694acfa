import FixedPoint

/// The product of two tensors, element by element: LiteRT's `MUL`, kernel `reference_integer_ops::Mul`.
///
///     code = zeroPoint + (x − xZeroPoint) · (y − yZeroPoint) · xScale · yScale / scale,   within the activation range
///
/// A product of two differences has 17 bits, so it needs no scale of its own. LiteRT rounds twice, as in convolutions;
/// XNNPACK multiplies by a float and rounds half to even.
struct ReferenceMultiplication: IntegerStep {
  private let operands: ElementOperands
  let zeroPoints: (Int32, Int32)
  let requantizer: Requantizer

  func run(_ memory: CodeMemory, examples: Int) {
    operands.forEach(memory, examples: examples) { x, y in
      let product = (Int32(x) - zeroPoints.0) * (Int32(y) - zeroPoints.1)
      return requantizer.code(product, channel: 0)
    }
  }
}

/// x, and slope · x below 0, with the codes of slopes in a second tensor: LiteRT's `PRELU`, kernel
/// `reference_ops::BroadcastPrelu4DSlow`.
///
///     code = zeroPoint + x · inputScale / scale                  for x ≥ 0
///     code = zeroPoint + x · slope · inputScale · slopeScale / scale    for x < 0
///
/// where x and slope are differences to their zero points. Both products are rounded twice. XNNPACK leaves the operation
/// to LiteRT.
struct ReferencePReLU: IntegerStep {
  private let operands: ElementOperands
  private let zeroPoints: (Int32, Int32)
  private let above: Requantizer
  private let below: Requantizer

  func run(_ memory: CodeMemory, examples: Int) {
    operands.forEach(memory, examples: examples) { x, slope in
      let x = Int32(x) - zeroPoints.0
      return x >= 0
        ? above.code(x, channel: 0) : below.code(x * (Int32(slope) - zeroPoints.1), channel: 0)
    }
  }
}

// MARK: - With floats

extension ReferenceMultiplication {
  /// Prepares the multiplier from the scales, for the runtimes that multiply integers.
  init(_ index: Int, in model: IntegerModel, activationRange: ClosedRange<Int32>) {
    let operation = model.operations[index]
    let sources = operation.inputs.map { model.operations[$0] }
    let multiplier = IntegerOperation.productRatio(sources, to: operation)
    operands = ElementOperands(index, in: model)
    zeroPoints = (sources[0].grid.zeroPoint, sources[1].grid.zeroPoint)
    requantizer = Requantizer(
      multipliers: model.arithmetic == .xnnpack && multiplier >= 0x1p-16
        ? .float([FloatMultiplier(value: multiplier)])
        : .fixedPoint([FixedPointMultiplier(checked: Double(multiplier))]),
      zeroPoint: operation.grid.zeroPoint, activationRange: activationRange)
  }
}

extension ReferencePReLU {
  /// Prepares the multipliers from the scales.
  init(_ index: Int, in model: IntegerModel) {
    let operation = model.operations[index]
    let sources = operation.inputs.map { model.operations[$0] }
    let grid = operation.grid
    func requantizer(_ multiplier: Float) -> Requantizer {
      Requantizer(
        multipliers: .fixedPoint([FixedPointMultiplier(checked: Double(multiplier))]),
        zeroPoint: grid.zeroPoint, activationRange: grid.quantizedRange)
    }
    operands = ElementOperands(index, in: model)
    zeroPoints = (sources[0].grid.zeroPoint, sources[1].grid.zeroPoint)
    above = requantizer(sources[0].grid.scale / grid.scale)
    below = requantizer(IntegerOperation.productRatio(sources, to: operation))
  }
}

/// The product of two tensors as ONNX Runtime's `QLinearMul` computes it.
///
///     code = (x − xZeroPoint) · (y − yZeroPoint) · (xScale · yScale / scale) + zeroPoint,   within the activation range
///
/// Product and sum are rounded to 32-bit floats, the result half to even; the zero point is added before, so where it is
/// odd, ties go to odd distances from it.
struct FloatMultiplication: IntegerStep {
  private let operands: ElementOperands
  let zeroPoints: (Int32, Int32)
  let multiplier: Float
  let zeroPoint: Float
  let activationRange: ClosedRange<Int32>

  init(_ index: Int, in model: IntegerModel, activationRange: ClosedRange<Int32>) {
    let operation = model.operations[index]
    let sources = operation.inputs.map { model.operations[$0] }
    operands = ElementOperands(index, in: model)
    zeroPoints = (sources[0].grid.zeroPoint, sources[1].grid.zeroPoint)
    multiplier = IntegerOperation.productRatio(sources, to: operation)
    zeroPoint = Float(operation.grid.zeroPoint)
    self.activationRange = activationRange
  }

  func run(_ memory: CodeMemory, examples: Int) {
    operands.forEach(memory, examples: examples) { x, y in
      let product = Float((Int32(x) - zeroPoints.0) * (Int32(y) - zeroPoints.1)) * multiplier
      let code = Int32(saturating: (product + zeroPoint).rounded(.toNearestOrEven))
      return Int8(truncatingIfNeeded: code.saturated(to: activationRange))
    }
  }
}
