import FixedPoint

/// A matrix product over the last dimension: LiteRT's `FULLY_CONNECTED`, kernel
/// `reference_integer_ops::FullyConnected`.
///
///     accumulator[u] = bias[u] + Σ inputs (x − inputZeroPoint) · kernel[input, u]
struct ReferenceDense: IntegerStep {
  private let input: Int
  private let output: Int
  private let rows: Int
  private let kernel: IntegerKernel
  private let inputZeroPoint: Int32
  private let requantizer: Requantizer

  init(_ number: Int, in model: IntegerModel, kernel: IntegerKernel) {
    let operation = model.operations[number]
    (input, output, self.kernel) = (operation.inputs[0], number, kernel)
    rows = operation.count / kernel.shape[1]
    inputZeroPoint = model.operations[input].grid.zeroPoint
    requantizer = Requantizer(number, in: model, kernel: kernel)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    let (inputs, units) = (kernel.shape[0], kernel.shape[1])
    let accumulators = memory.accumulators
    for row in 0..<(examples * rows) {
      let (read, codes) = (memory[input] + row * inputs, memory[output] + row * units)
      accumulators.update(from: kernel.bias, count: units)
      kernel.codes.withUnsafeBufferPointer { weights in
        for place in 0..<inputs {
          let x = Int32(read[place]) - inputZeroPoint
          for unit in 0..<units { accumulators[unit] &+= x &* Int32(weights[place * units + unit]) }
        }
      }
      requantizer.write(accumulators, units, to: codes)
    }
  }
}
