import FixedPoint

/// x · min(max(x + 3, 0), 6) / 6 of codes with integers alone: LiteRT's `HARD_SWISH`, kernel
/// `reference_ops::HardSwish`.
///
///     code = zeroPoint + x · gate · inputScale / outputScale,   gate = min(max(x / 3 + 1, 0), 2) / 2
///
/// Everything has 16 bits: an input has 7 more bits than its code, a gate 15 fractional bits, a multiplier 15
/// bits. The product of input and gate is cut off towards zero, so a code can be one below the nearest. XNNPACK
/// leaves this operation to LiteRT.
struct ReferenceHardSwish: IntegerStep {
  private let table: ReferenceTable

  func run(_ memory: CodeMemory, examples: Int) { table.run(memory, examples: examples) }

  /// The product of input and gate, in steps of the output.
  ///
  /// - Parameters:
  ///   - value: The input code without its zero point, −255 to 255.
  ///   - output: The multiplier inputScale / (128 · outputScale), below 1.
  ///   - gate: The multiplier inputScale · 2^15 / (128 · 3), by which x / 3 gets 15 fractional bits.
  /// - Returns: The output code without its zero point, before it is clipped.
  static func steps(_ value: Int32, output: ShortMultiplier, gate: ShortMultiplier) -> Int32 {
    let fine = value << 7
    var share = fine
    // A left shift comes in two parts: by all bits but one before the multiplication, which rounds, and by one after.
    if gate.shift > 0 { share = saturated(share << Int32(gate.shift - 1)) }
    share = highProduct(share, gate.mantissa)
    if gate.shift > 0 { share = saturated(share << 1) }
    if gate.shift < 0 { share = divided(share, byPowerOfTwo: -gate.shift) }
    let halved = (share + (1 << 15)) >> 1  // x / 3 from −1 … 1 to the gate's 0 … 1
    let product = highProduct(fine, output.mantissa) * halved
    let steps = product < 0 ? -(-product >> 15) : product >> 15
    return divided(steps, byPowerOfTwo: -output.shift)
  }

  /// A multiplier of 15 bits: mantissa × 2^(shift − 15).
  struct ShortMultiplier {
    let mantissa: Int32
    let shift: Int

    /// The upper half of a multiplier of 31 bits, rounded half up and saturated.
    init(_ multiplier: FixedPointMultiplier) {
      mantissa = multiplier.mantissa.addingSaturating(1 << 15) >> 16
      shift = multiplier.shift
    }
  }

  /// The high 16 bits of 2 × `a` × `b`, rounded half up: the product of two fractions of 15 bits.
  private static func highProduct(_ a: Int32, _ b: Int32) -> Int32 {
    saturated(Int32(truncatingIfNeeded: RoundingRule.halfUp.shiftedRight(Int64(a) * Int64(b), by: 15)))
  }

  private static func divided(_ value: Int32, byPowerOfTwo exponent: Int) -> Int32 {
    FixedPointMultiplier.roundingDivide(value, byPowerOfTwo: exponent)
  }

  private static func saturated(_ value: Int32) -> Int32 { value.saturated(to: -0x8000...0x7fff) }
}

// MARK: - With floats

extension ReferenceHardSwish {
  /// Prepares the table from the grids, with the multipliers of LiteRT or, for ONNX Runtime, with its floats.
  init(_ index: Int, in model: IntegerModel) {
    let operation = model.operations[index]
    let (input, output) = (model.operations[operation.inputs[0]].grid.scale, operation.grid.scale)
    let steps: (Int32) -> Int32
    switch model.arithmetic {
    case .tflite, .xnnpack:
      let multipliers = Self.multipliers(from: input, to: output)
      let (first, second) = (ShortMultiplier(multipliers.output), ShortMultiplier(multipliers.gate))
      steps = { Self.steps($0, output: first, gate: second) }
    case .onnxRuntime:
      steps = { code in
        let x = Float(code) * input
        let gate = max(0, min(1, x * (1 / 6) + 0.5))
        return Int32(saturating: (x * gate / output).rounded(.toNearestOrEven))
      }
    }
    table = ReferenceTable(index, in: model, steps: steps)
  }

  /// LiteRT's multipliers, from quotients of 32-bit floats.
  static func multipliers(
    from input: Float, to output: Float
  ) -> (output: FixedPointMultiplier, gate: FixedPointMultiplier) {
    let fine = input / 128
    return (
      FixedPointMultiplier(checked: Double(fine / output)),
      FixedPointMultiplier(checked: Double(fine / (3 / 32768)))
    )
  }
}
