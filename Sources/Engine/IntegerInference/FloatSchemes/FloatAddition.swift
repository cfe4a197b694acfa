import FixedPoint

/// The sum of two tensors on grids of their own, as ONNX Runtime's `QLinearAdd` computes it.
///
///     a = xScale / scale,   b = yScale / scale
///     offset = zeroPoint − (a · xZeroPoint + b · yZeroPoint)
///     code = a · x + (b · y + offset),   within the limits
///
/// In 32-bit floats; each sum of a product is rounded once, as the processors it is made for do it, and the
/// result half to even.
struct FloatAddition: IntegerStep {
  private let inputs: (Int, Int)
  private let output: Int
  private let count: Int
  private let ratios: (Float, Float)
  private let offset: Float
  private let limits: ClosedRange<Int32>

  init(_ number: Int, in model: IntegerModel, limits: ClosedRange<Int32>) {
    let operation = model.operations[number]
    let (x, y) = (model.operations[operation.inputs[0]].grid, model.operations[operation.inputs[1]].grid)
    (inputs, output, count) = ((operation.inputs[0], operation.inputs[1]), number, operation.count)
    (self.limits, ratios) = (limits, (x.scale / operation.grid.scale, y.scale / operation.grid.scale))
    let zero = (ratios.1 * Float(y.zeroPoint)).addingProduct(ratios.0, Float(x.zeroPoint))
    offset = Float(operation.grid.zeroPoint) - zero
  }

  func run(_ memory: CodeMemory, examples: Int) {
    let (x, y, sums) = (memory[inputs.0], memory[inputs.1], memory[output])
    for place in 0..<(examples * count) {
      let second = offset.addingProduct(Float(y[place]), ratios.1)
      let sum = second.addingProduct(Float(x[place]), ratios.0).rounded(.toNearestOrEven)
      sums[place] = Int8(truncatingIfNeeded: Int32(saturating: sum).saturated(to: limits))
    }
  }
}
