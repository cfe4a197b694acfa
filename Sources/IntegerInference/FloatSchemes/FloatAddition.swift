import FixedPoint

/// The sum of two tensors on grids of their own, in floats.
///
///     code = zeroPoint + (x − xZeroPoint) · xScale / scale + (y − yZeroPoint) · yScale / scale
///
/// Rounded once, half to even, and kept within the limits.
struct FloatAddition: IntegerStep {
  let inputs: (Int, Int)
  let output: Int
  let count: Int
  let zeroPoints: (Int32, Int32)
  let multipliers: (Float, Float)
  let zeroPoint: Int32
  let limits: ClosedRange<Int32>

  init(_ number: Int, in model: IntegerModel, limits: ClosedRange<Int32>) {
    let operation = model.operations[number]
    let (x, y) = (operation.inputs[0], operation.inputs[1])
    let (gridX, gridY) = (model.operations[x].grid, model.operations[y].grid)
    (inputs, output, count) = ((x, y), number, operation.count)
    zeroPoints = (gridX.zeroPoint, gridY.zeroPoint)
    multipliers = (gridX.scale / operation.grid.scale, gridY.scale / operation.grid.scale)
    (zeroPoint, self.limits) = (operation.grid.zeroPoint, limits)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    let (x, y, sums) = (memory[inputs.0], memory[inputs.1], memory[output])
    for place in 0..<(examples * count) {
      let a = Float(Int32(x[place]) - zeroPoints.0) * multipliers.0
      let b = Float(Int32(y[place]) - zeroPoints.1) * multipliers.1
      let steps = Int32(saturating: (a + b).rounded(.toNearestOrEven))
      sums[place] = Int8(truncatingIfNeeded: steps.addingSaturating(zeroPoint).saturated(to: limits))
    }
  }
}
