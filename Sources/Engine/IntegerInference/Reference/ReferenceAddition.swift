import FixedPoint

/// The sum of two tensors with different grids: LiteRT's `ADD`, kernel `reference_integer_ops::Add`.
///
///     a = (x − xZeroPoint) · 2^20 · xScale / (2 · largerScale),   b likewise
///     code = zeroPoint + (a + b) · 2 · largerScale / (2^20 · scale),   within the activation range
///
/// Codes of different scales cannot be added, so both are first rescaled to a common scale, with 20 more bits
/// to make the rounding there negligible: a difference of 9 bits and 20 more make 29 bits, and the sum fits
/// 32 bits. XNNPACK does the same with multipliers of 21 bits relative to the output's scale, which need one
/// rounding.
struct ReferenceAddition: IntegerStep {
  private let inputs: (Int, Int)
  private let output: Int
  private let count: Int
  private let zeroPoints: (Int32, Int32)
  private let multipliers: (FixedPointMultiplier, FixedPointMultiplier)
  private let roundings: FixedPointMultiplier.Roundings
  private let requantizer: Requantizer

  init(
    _ index: Int, in model: IntegerModel, multipliers: (FixedPointMultiplier, FixedPointMultiplier),
    roundings: FixedPointMultiplier.Roundings, requantizer: Requantizer
  ) {
    let operation = model.operations[index]
    let (x, y) = (operation.inputs[0], operation.inputs[1])
    (inputs, output, count) = ((x, y), index, operation.count)
    zeroPoints = (model.operations[x].grid.zeroPoint, model.operations[y].grid.zeroPoint)
    (self.multipliers, self.roundings, self.requantizer) = (multipliers, roundings, requantizer)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    let (x, y, sums) = (memory[inputs.0], memory[inputs.1], memory[output])
    for index in 0..<(examples * count) {
      let a = multipliers.0.apply(to: (Int32(x[index]) - zeroPoints.0) << 20, roundings: roundings)
      let b = multipliers.1.apply(to: (Int32(y[index]) - zeroPoints.1) << 20, roundings: roundings)
      sums[index] = requantizer.code(a + b, channel: 0)
    }
  }
}

// MARK: - With floats

extension ReferenceAddition {
  /// Prepares the multipliers from the scales, for the runtimes that add integers.
  init(_ index: Int, in model: IntegerModel, activationRange: ClosedRange<Int32>) {
    let operation = model.operations[index]
    let scales = operation.inputs.map { model.operations[$0].grid.scale }
    let parts =
      model.arithmetic == .xnnpack
      ? Self.singlyRounded(scales, output: operation.grid.scale)
      : Self.doublyRounded(scales, output: operation.grid.scale)
    self.init(
      index, in: model, multipliers: (parts.inputs[0], parts.inputs[1]), roundings: parts.roundings,
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
/// half to even.
struct FloatAddition: IntegerStep {
  private let inputs: (Int, Int)
  private let output: Int
  private let count: Int
  private let ratios: (Float, Float)
  private let offset: Float
  private let activationRange: ClosedRange<Int32>

  init(_ index: Int, in model: IntegerModel, activationRange: ClosedRange<Int32>) {
    let operation = model.operations[index]
    let (x, y) = (model.operations[operation.inputs[0]].grid, model.operations[operation.inputs[1]].grid)
    (inputs, output, count) = ((operation.inputs[0], operation.inputs[1]), index, operation.count)
    (self.activationRange, ratios) = (
      activationRange, (x.scale / operation.grid.scale, y.scale / operation.grid.scale)
    )
    let zero = (ratios.1 * Float(y.zeroPoint)).addingProduct(ratios.0, Float(x.zeroPoint))
    offset = Float(operation.grid.zeroPoint) - zero
  }

  func run(_ memory: CodeMemory, examples: Int) {
    let (x, y, sums) = (memory[inputs.0], memory[inputs.1], memory[output])
    for index in 0..<(examples * count) {
      let second = offset.addingProduct(Float(y[index]), ratios.1)
      let sum = second.addingProduct(Float(x[index]), ratios.0).rounded(.toNearestOrEven)
      sums[index] = Int8(truncatingIfNeeded: Int32(saturating: sum).saturated(to: activationRange))
    }
  }
}
