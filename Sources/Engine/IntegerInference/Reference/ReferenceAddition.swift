import FixedPoint

/// The sum of two tensors on grids of their own: LiteRT's `ADD`, kernel `reference_integer_ops::Add`.
///
///     a = (x − xZeroPoint) · 2^20 · xScale / (2 · largerScale),   b likewise
///     code = zeroPoint + (a + b) · 2 · largerScale / (2^20 · scale),   within the limits
///
/// Codes of different scales cannot be added. So both are brought to a common scale first, with 20 more bits, so
/// that nothing is lost by rounding there: differences of 9 bits and 20 make 29, and a sum of two halves fits.
/// XNNPACK does the same with multipliers of 21 bits relative to the output's scale, which need one rounding.
struct ReferenceAddition: IntegerStep {
  private let inputs: (Int, Int)
  private let output: Int
  private let count: Int
  private let zeroPoints: (Int32, Int32)
  private let multipliers: (FixedPointMultiplier, FixedPointMultiplier)
  private let roundings: FixedPointMultiplier.Roundings
  private let requantizer: Requantizer

  init(
    _ number: Int, in model: IntegerModel, multipliers: (FixedPointMultiplier, FixedPointMultiplier),
    roundings: FixedPointMultiplier.Roundings, requantizer: Requantizer
  ) {
    let operation = model.operations[number]
    let (x, y) = (operation.inputs[0], operation.inputs[1])
    (inputs, output, count) = ((x, y), number, operation.count)
    zeroPoints = (model.operations[x].grid.zeroPoint, model.operations[y].grid.zeroPoint)
    (self.multipliers, self.roundings, self.requantizer) = (multipliers, roundings, requantizer)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    let (x, y, sums) = (memory[inputs.0], memory[inputs.1], memory[output])
    for place in 0..<(examples * count) {
      let a = multipliers.0.apply(to: (Int32(x[place]) - zeroPoints.0) << 20, roundings: roundings)
      let b = multipliers.1.apply(to: (Int32(y[place]) - zeroPoints.1) << 20, roundings: roundings)
      sums[place] = requantizer.code(a + b, channel: 0)
    }
  }
}
