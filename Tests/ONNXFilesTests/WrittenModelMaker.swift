import FixedPoint
import IntegerInference
import Support

/// Makes integer models of random codes in the arithmetic of ONNX Runtime, operation by operation; equal seeds give
/// equal models.
struct WrittenModelMaker {
  private var generator: SeededGenerator
  private(set) var operations: [IntegerOperation] = []
  /// The indices of the outputs; empty for the last operation.
  var outputs: [Int] = []

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// The model of the operations made so far.
  func model(_ name: String) throws -> IntegerModel {
    try IntegerModel(
      name: name, arithmetic: .onnxRuntime, operations: operations,
      outputs: outputs.isEmpty ? [operations.count - 1] : outputs)
  }

  @discardableResult mutating func input(
    _ shape: Int..., scale: Float = 0.05, zeroPoint: Int32 = -7, codes: ClosedRange<Int32> = -128...127
  ) throws -> Int {
    try append(
      "input", .input, [], shape,
      try AffineQuantizer(scale: scale, zeroPoint: zeroPoint, quantizedRange: codes))
  }

  @discardableResult mutating func append(
    _ name: String, _ kind: IntegerOperation.Kind, _ inputs: [Int], _ shape: [Int], _ grid: AffineQuantizer
  ) throws -> Int {
    operations.append(
      IntegerOperation(
        name: "\(name)_\(operations.count)", kind: kind, inputs: inputs, shape: shape, grid: grid))
    return operations.count - 1
  }

  /// Appends an operation on the grid of the operation that it reads.
  @discardableResult mutating func sameGrid(
    _ name: String, _ kind: IntegerOperation.Kind, _ inputs: [Int], _ shape: [Int]
  ) throws -> Int { try append(name, kind, inputs, shape, operations[inputs[0]].grid) }

  /// Appends an operation on a grid of any scale and zero point.
  @discardableResult mutating func ownGrid(
    _ name: String, _ kind: IntegerOperation.Kind, _ inputs: [Int], _ shape: [Int], scale: Float,
    zeroPoint: Int32, codes: ClosedRange<Int32> = -128...127
  ) throws -> Int {
    try append(
      name, kind, inputs, shape,
      try AffineQuantizer(scale: scale, zeroPoint: zeroPoint, quantizedRange: codes))
  }

  /// Appends a convolution; it reads the last operation unless told otherwise.
  @discardableResult mutating func convolution(
    _ filters: Int, _ window: Window, reading input: Int? = nil, bits: Int = 8, scales: Int? = nil,
    limit: Float? = nil, zeroPoint: Int32? = nil, groups: Int = 1, codes: ClosedRange<Int32> = -128...127
  ) throws -> Int {
    let input = input ?? operations.count - 1
    let image = operations[input].shape
    let size = window.outputSize(of: (image[0], image[1]))
    let (kernel, grid) = try kernel(
      [window.height, window.width, image[2] / groups, filters], outputs: filters, reading: input,
      taps: window.height * window.width * image[2] / groups, bits: bits, scales: scales, limit: limit,
      zeroPoint: zeroPoint, codes: codes)
    return try append(
      "convolution", .convolution(kernel, window), [input], [size.height, size.width, filters], grid)
  }

  /// Appends a depthwise convolution of the last operation.
  @discardableResult mutating func depthwise(
    _ multiplier: Int, _ window: Window, bits: Int = 8, limit: Float? = nil, zeroPoint: Int32? = nil
  ) throws -> Int {
    let image = operations[operations.count - 1].shape
    let (size, outputs) = (window.outputSize(of: (image[0], image[1])), image[2] * multiplier)
    let (kernel, grid) = try kernel(
      [window.height, window.width, image[2], multiplier], outputs: outputs, reading: operations.count - 1,
      taps: window.height * window.width, bits: bits, scales: nil, limit: limit, zeroPoint: zeroPoint)
    return try append(
      "depthwise", .depthwiseConvolution(kernel, window), [operations.count - 1],
      [size.height, size.width, outputs], grid)
  }

  /// Appends a dense layer over the last dimension of the last operation.
  @discardableResult mutating func dense(
    _ units: Int, bits: Int = 8, scales: Int? = nil, limit: Float? = nil, zeroPoint: Int32? = nil,
    hasBias: Bool = true, codes: ClosedRange<Int32> = -128...127
  ) throws -> Int {
    let shape = operations[operations.count - 1].shape
    let (kernel, grid) = try kernel(
      [shape[shape.count - 1], units], outputs: units, reading: operations.count - 1,
      taps: shape[shape.count - 1], bits: bits, scales: scales, limit: limit, zeroPoint: zeroPoint,
      hasBias: hasBias, codes: codes)
    return try append("dense", .dense(kernel), [operations.count - 1], shape.dropLast() + [units], grid)
  }

  /// A kernel on an operation, and a grid on which its sums spread over all codes; a limit is that of a ReLU, whose
  /// lower end is real 0.
  private mutating func kernel(
    _ shape: [Int], outputs: Int, reading input: Int, taps: Int, bits: Int, scales: Int?, limit: Float?,
    zeroPoint: Int32?, hasBias: Bool = true, codes range: ClosedRange<Int32> = -128...127
  ) throws -> (IntegerKernel, AffineQuantizer) {
    let source = operations[input].grid
    let (count, half) = (shape.reduce(1, *), 1 << (bits - 1))
    let codes = (0..<count).map { _ in Int8(generator.below(2 * half) - half) }
    let scales = (0..<(scales ?? outputs)).map { _ in generator.uniform(0.001, 0.02) * 128 / Float(half) }
    let sourceSpread = 74 * Float(source.quantizedRange.count) / 256
    let spread = sourceSpread * 0.58 * Float(half) * Float(taps).squareRoot()
    let random = Int32(generator.below(range.count)) + range.lowerBound
    let grid = try AffineQuantizer(
      scale: source.scale * 0.01 * 128 / Float(half) * spread / generator.uniform(30, 60)
        * (256 / Float(range.count)),
      zeroPoint: zeroPoint ?? (limit == nil ? random : range.lowerBound), quantizedRange: range)
    var activationRange = range
    if let limit {
      let steps = min((limit / grid.scale).rounded(.toNearestOrEven), 1000)
      activationRange = grid.zeroPoint...min(grid.zeroPoint + Int32(steps), range.upperBound)
    }
    let kernel = IntegerKernel(
      shape: shape, intWeights: codes, bitWidth: bits, scales: scales,
      bias32: (0..<outputs).map { _ in hasBias ? Int32(generator.below(4001)) - 2000 : 0 },
      activationRange: activationRange)
    return (kernel, grid)
  }
}
