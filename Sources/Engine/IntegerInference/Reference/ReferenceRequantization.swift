/// From one grid to another: LiteRT's `QUANTIZE` of int8 codes, kernel `reference_ops::Requantize`.
///
///     code = zeroPoint + (input − inputZeroPoint) · inputScale / outputScale,   within the limits
///
/// With limits that begin at the zero point it is a ReLU.
struct ReferenceRequantization: IntegerStep {
  private let input: Int
  private let output: Int
  private let count: Int
  private let inputZeroPoint: Int32
  private let requantizer: Requantizer

  init(_ number: Int, in model: IntegerModel, limits: ClosedRange<Int32>) {
    let operation = model.operations[number]
    (input, output, count) = (operation.inputs[0], number, operation.count)
    inputZeroPoint = model.operations[input].grid.zeroPoint
    requantizer = Requantizer(number, in: model, limits: limits)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    let (codes, results) = (memory[input], memory[output])
    for place in 0..<(examples * count) {
      results[place] = requantizer.code(Int32(codes[place]) - inputZeroPoint, channel: 0)
    }
  }
}
