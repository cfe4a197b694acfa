import FixedPoint

/// The conversion from one grid to another: LiteRT's `QUANTIZE` of int8 codes, kernel
/// `reference_ops::Requantize`.
///
///     code = zeroPoint + (input − inputZeroPoint) · inputScale / outputScale,   within the activation range
///
/// An activation range that begins at the zero point makes it a ReLU.
struct ReferenceRequantization: IntegerStep {
  private let input: Int
  private let output: Int
  private let count: Int
  private let inputZeroPoint: Int32
  private let requantizer: Requantizer

  init(_ index: Int, in model: IntegerModel, activationRange: ClosedRange<Int32>) {
    let operation = model.operations[index]
    (input, output, count) = (operation.inputs[0], index, operation.count)
    inputZeroPoint = model.operations[input].grid.zeroPoint
    requantizer = Requantizer(index, in: model, activationRange: activationRange)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    let (codes, results) = (memory[input], memory[output])
    for index in 0..<(examples * count) {
      results[index] = requantizer.code(Int32(codes[index]) - inputZeroPoint, channel: 0)
    }
  }
}

extension Requantizer {
  /// Prepares the requantizer of a kernel's accumulators, with a multiplier for each channel.
  package init(_ index: Int, in model: IntegerModel, kernel: IntegerKernel) {
    let (input, output) = Self.grids(index, in: model)
    let multipliers = Multipliers(
      model.arithmetic, input: input.scale, weights: kernel.bias32.indices.map { kernel.scale(of: $0) },
      output: output.scale, isDense: kernel.shape.count == 2)
    self.init(
      multipliers: multipliers, zeroPoint: output.zeroPoint, activationRange: kernel.activationRange)
  }

  /// Prepares the requantizer from the input's grid to the output's grid; with an activation range it is a ReLU.
  init(_ index: Int, in model: IntegerModel, activationRange: ClosedRange<Int32>) {
    let (input, output) = Self.grids(index, in: model)
    let multipliers = Multipliers(
      model.arithmetic, from: input.scale, to: output.scale,
      isActivation: activationRange != IntegerOperation.allCodes)
    self.init(multipliers: multipliers, zeroPoint: output.zeroPoint, activationRange: activationRange)
  }

  /// Prepares the requantizer from sums of `count` codes to their mean.
  init(_ index: Int, in model: IntegerModel, meanOf count: Int) {
    let (input, output) = Self.grids(index, in: model)
    let multipliers = Multipliers(model.arithmetic, from: input.scale, to: output.scale, meanOf: count)
    self.init(
      multipliers: multipliers, zeroPoint: output.zeroPoint, activationRange: output.quantizedRange)
  }

  /// The grids of the first input and of the output of an operation.
  private static func grids(
    _ index: Int, in model: IntegerModel
  ) -> (input: AffineQuantizer, output: AffineQuantizer) {
    let operation = model.operations[index]
    return (model.operations[operation.inputs[0]].grid, operation.grid)
  }
}
