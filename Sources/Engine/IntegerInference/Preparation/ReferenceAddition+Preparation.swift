import FixedPoint

extension ReferenceAddition {
  /// The addition's multipliers, from the scales, for the schemes that add integers.
  init(_ number: Int, in model: IntegerModel, limits: ClosedRange<Int32>) {
    let operation = model.operations[number]
    let scales = operation.inputs.map { model.operations[$0].grid.scale }
    let parts =
      model.scheme == .xnnpack
      ? Self.singlyRounded(scales, output: operation.grid.scale)
      : Self.doublyRounded(scales, output: operation.grid.scale)
    self.init(
      number, in: model, multipliers: (parts.inputs[0], parts.inputs[1]), roundings: parts.roundings,
      requantizer: Requantizer(
        multipliers: .fixedPoint([parts.output], parts.roundings), zeroPoint: operation.grid.zeroPoint,
        limits: limits))
  }

  private typealias Parts = (
    inputs: [FixedPointMultiplier], output: FixedPointMultiplier, roundings: FixedPointMultiplier.Roundings
  )

  /// LiteRT's: both inputs on a grid of twice the larger scale.
  private static func doublyRounded(_ scales: [Float], output: Float) -> Parts {
    let common = 2 * Double(max(scales[0], scales[1]))
    return (
      scales.map { FixedPointMultiplier(checked: Double($0) / common) },
      FixedPointMultiplier(checked: common / (0x1p20 * Double(output))), .double
    )
  }

  /// XNNPACK's `xnn_init_qs8_add_minmax_scalar_params`: input scales relative to the output's, as integers of 21
  /// bits or fewer; the sum is shifted back once, half up.
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
