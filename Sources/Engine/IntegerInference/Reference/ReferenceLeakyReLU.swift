import FixedPoint

/// x, and slope · x below 0, of codes with integers alone: LiteRT's `LEAKY_RELU`, kernel
/// `reference_ops::QuantizeLeakyRelu`.
///
///     code = zeroPoint + x · inputScale / outputScale            for x ≥ 0
///     code = zeroPoint + x · slope · inputScale / outputScale    for x < 0
///
/// LiteRT rounds both products twice, as those of convolutions. XNNPACK has multipliers in multiples of 1/256, and
/// rounds half up; it leaves the operation to LiteRT if one of the multipliers is not 2^−8 to 2^7.
struct ReferenceLeakyReLU: IntegerStep {
  private let table: ReferenceTable

  /// The multipliers of the two sides of 0.
  struct Multipliers {
    let above: FixedPointMultiplier
    let below: FixedPointMultiplier
    var roundings = FixedPointMultiplier.Roundings.double

    /// The output code without its zero point, before it is clipped, of an input code without its zero point.
    func steps(_ value: Int32) -> Int32 { (value < 0 ? below : above).apply(to: value, roundings: roundings) }
  }

  func run(_ memory: CodeMemory, examples: Int) { table.run(memory, examples: examples) }
}

// MARK: - With floats

extension ReferenceLeakyReLU {
  /// Prepares the table from the grids, with the multipliers of a runtime or, for ONNX Runtime, with its floats.
  init(_ index: Int, in model: IntegerModel, slope: Float) {
    let operation = model.operations[index]
    let (input, output) = (model.operations[operation.inputs[0]].grid.scale, operation.grid.scale)
    let steps: (Int32) -> Int32
    switch model.arithmetic {
    case .tflite: steps = Multipliers(from: input, to: output, slope: slope).steps
    case .xnnpack:
      let multipliers =
        Multipliers(inEightBitsFrom: input, to: output, slope: slope)
        ?? Multipliers(from: input, to: output, slope: slope)
      steps = multipliers.steps
    case .onnxRuntime:
      // QLinearLeakyRelu
      steps = { code in
        let x = Float(code) * input
        return Int32(saturating: ((x < 0 ? x * slope : x) / output).rounded(.toNearestOrEven))
      }
    }
    table = ReferenceTable(index, in: model, steps: steps)
  }
}

extension ReferenceLeakyReLU.Multipliers {
  /// LiteRT's multipliers, of quotients of 32-bit floats.
  init(from input: Float, to output: Float, slope: Float) {
    above = FixedPointMultiplier(checked: Double(input / output))
    below = FixedPointMultiplier(checked: Double(input * slope / output))
  }

  /// XNNPACK's multipliers; nil if it leaves the operation to LiteRT.
  init?(inEightBitsFrom input: Float, to output: Float, slope: Float) {
    let ratios = (above: input / output, below: input / output * slope)
    let range: ClosedRange<Float> = 0x1p-8...0x1p7
    guard range.contains(ratios.above), range.contains(ratios.below) else { return nil }
    above = FixedPointMultiplier(inEightBits: ratios.above)
    below = FixedPointMultiplier(inEightBits: ratios.below)
    roundings = .single
  }
}
