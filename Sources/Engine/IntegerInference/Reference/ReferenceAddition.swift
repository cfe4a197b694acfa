import FixedPoint

/// The sum of two tensors with different grids: LiteRT's `ADD`, kernel `reference_integer_ops::Add`; or their
/// difference: `SUB`, kernel `reference_ops::Sub`.
///
///     a = (x − xZeroPoint) · 2^20 · xScale / (2 · largerScale),   b likewise
///     code = zeroPoint + (a ± b) · 2 · largerScale / (2^20 · scale),   within the activation range
///
/// Codes of different scales cannot be added, so both are first rescaled to a common scale, with 20 more bits
/// to make the rounding there negligible: a difference of 9 bits and 20 more make 29 bits, and the sum fits
/// 32 bits. XNNPACK does the same with multipliers of 21 bits relative to the output's scale, which need one
/// rounding; it leaves the operation to LiteRT if one of the input scales is less than 2^−10 of the output's.
struct ReferenceAddition: IntegerStep {
  private let operands: ElementOperands
  let isDifference: Bool
  let zeroPoints: (Int32, Int32)
  let multipliers: (FixedPointMultiplier, FixedPointMultiplier)
  let roundings: FixedPointMultiplier.Roundings
  let requantizer: Requantizer

  init(
    _ index: Int, in model: IntegerModel, isDifference: Bool,
    multipliers: (FixedPointMultiplier, FixedPointMultiplier), roundings: FixedPointMultiplier.Roundings,
    requantizer: Requantizer
  ) {
    let inputs = model.operations[index].inputs
    operands = ElementOperands(index, in: model)
    zeroPoints = (model.operations[inputs[0]].grid.zeroPoint, model.operations[inputs[1]].grid.zeroPoint)
    (self.isDifference, self.multipliers) = (isDifference, multipliers)
    (self.roundings, self.requantizer) = (roundings, requantizer)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    operands.forEach(memory, examples: examples) { x, y in
      let a = multipliers.0.apply(to: (Int32(x) - zeroPoints.0) << 20, roundings: roundings)
      let b = multipliers.1.apply(to: (Int32(y) - zeroPoints.1) << 20, roundings: roundings)
      return requantizer.code(isDifference ? a - b : a + b, channel: 0)
    }
  }
}

// MARK: - With floats

extension ReferenceAddition {
  /// Prepares the multipliers from the scales, for the runtimes that add integers.
  ///
  /// XNNPACK leaves the operation to LiteRT if one of the ratios to the output's scale is not 2^−10 to below 2^8.
  init(
    _ index: Int, in model: IntegerModel, isDifference: Bool = false, activationRange: ClosedRange<Int32>
  ) {
    let operation = model.operations[index]
    let scales = operation.inputs.map { model.operations[$0].grid.scale }
    let isTaken = scales.allSatisfy { (0x1p-10..<0x1p8).contains($0 / operation.grid.scale) }
    let parts =
      model.arithmetic == .xnnpack && isTaken
      ? Self.singlyRounded(scales, output: operation.grid.scale)
      : Self.doublyRounded(scales, output: operation.grid.scale)
    self.init(
      index, in: model, isDifference: isDifference, multipliers: (parts.inputs[0], parts.inputs[1]),
      roundings: parts.roundings,
      requantizer: Requantizer(
        multipliers: .fixedPoint([parts.output], parts.roundings), zeroPoint: operation.grid.zeroPoint,
        activationRange: activationRange))
  }

  private typealias Parts = (
    inputs: [FixedPointMultiplier], output: FixedPointMultiplier, roundings: FixedPointMultiplier.Roundings
  )

  /// LiteRT's multipliers: both inputs are rescaled to twice the larger scale.
  private static func doublyRounded(_ scales: [Float], output: Float) -> Parts {
    let common = 2 * Double(max(scales[0], scales[1]))
    return (
      scales.map { FixedPointMultiplier(checked: Double($0) / common) },
      FixedPointMultiplier(checked: common / (0x1p20 * Double(output))), .double
    )
  }

  /// XNNPACK's multipliers, of `xnn_init_qs8_add_minmax_scalar_params`.
  ///
  /// The ratios of the input scales to the output scale become integers of at most 21 bits; the sum is
  /// shifted back once, half up.
  private static func singlyRounded(_ scales: [Float], output: Float) -> Parts {
    let ratios = scales.map { $0 / output }
    let bits = 20 - Int(max(ratios[0], ratios[1]).exponent)
    return (
      ratios.map { ratio in
        let product = Float(sign: .plus, exponent: bits, significand: ratio).rounded(.toNearestOrEven)
        // difference · 2^20 · product ÷ 2^20
        return FixedPointMultiplier(mantissa: Int32(product), shift: 11)
      }, FixedPointMultiplier(mantissa: 1, shift: 31 - bits), .single
    )
  }
}

/// The sum of two tensors with different grids, as ONNX Runtime's `QLinearAdd` computes it.
///
///     a = xScale / scale,   b = yScale / scale
///     offset = zeroPoint − (a · xZeroPoint + b · yZeroPoint)
///     code = a · x + (b · y + offset),   within the activation range
///
/// The arithmetic is that of 32-bit floats with fused multiply-adds, each rounded once; the result is rounded
/// half to even. If the first operand is repeated, ONNX Runtime exchanges the operands.
struct FloatAddition: IntegerStep {
  let operands: ElementOperands
  let ratios: (Float, Float)
  let offset: Float
  let activationRange: ClosedRange<Int32>

  init(_ index: Int, in model: IntegerModel, activationRange: ClosedRange<Int32>) {
    let operation = model.operations[index]
    operands = ElementOperands(index, in: model)
    let grids = operation.inputs.map { model.operations[$0].grid }
    let (x, y) = operands.repeatsFirst ? (grids[1], grids[0]) : (grids[0], grids[1])
    (self.activationRange, ratios) = (
      activationRange, (x.scale / operation.grid.scale, y.scale / operation.grid.scale)
    )
    let zero = (ratios.1 * Float(y.zeroPoint)).addingProduct(ratios.0, Float(x.zeroPoint))
    offset = Float(operation.grid.zeroPoint) - zero
  }

  func run(_ memory: CodeMemory, examples: Int) {
    let exchanges = operands.repeatsFirst
    operands.forEach(memory, examples: examples) { first, second in
      let (x, y) = exchanges ? (second, first) : (first, second)
      let partial = offset.addingProduct(Float(y), ratios.1)
      let sum = partial.addingProduct(Float(x), ratios.0).rounded(.toNearestOrEven)
      return Int8(truncatingIfNeeded: Int32(saturating: sum).saturated(to: activationRange))
    }
  }
}
