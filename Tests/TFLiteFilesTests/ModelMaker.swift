import FixedPoint
import IntegerInference
import Support

@testable import TFLiteFiles

/// Makes integer models of random codes, operation by operation; equal seeds give equal models.
struct ModelMaker {
  private var generator: SeededGenerator
  private let arithmetic: IntegerArithmetic
  private(set) var operations: [IntegerOperation] = []

  init(seed: UInt64, _ arithmetic: IntegerArithmetic) {
    (generator, self.arithmetic) = (SeededGenerator(seed: seed), arithmetic)
  }

  /// The model of the operations made so far, whose last one is the output.
  func model(_ name: String) throws -> IntegerModel {
    try IntegerModel(
      name: name, arithmetic: arithmetic, operations: operations, outputs: [operations.count - 1])
  }

  @discardableResult mutating func input(_ shape: Int..., scale: Float = 0.05, zeroPoint: Int32 = -7) throws
    -> Int
  { try append("input", .input, [], shape, try AffineQuantizer(scale: scale, zeroPoint: zeroPoint)) }

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
    zeroPoint: Int32
  ) throws -> Int {
    try append(name, kind, inputs, shape, try AffineQuantizer(scale: scale, zeroPoint: zeroPoint))
  }

  /// A limit on codes: of no activation, a ReLU or a ReLU6.
  private func limits(_ activation: Int, _ grid: AffineQuantizer) -> ClosedRange<Int32> {
    let kind: TFLiteActivation = activation == 0 ? .none : activation == 1 ? .relu : .relu6
    return kind.range(on: grid, arithmetic)
  }

  /// Appends a convolution of the last operation.
  @discardableResult mutating func convolution(
    _ filters: Int, _ window: Window, bits: Int = 8, scales: Int? = nil, activation: Int = 0,
    groups: Int = 1
  ) throws -> Int {
    let image = operations[operations.count - 1].shape
    let size = window.outputSize(of: (image[0], image[1]))
    let (kernel, grid) = try kernel(
      [window.height, window.width, image[2] / groups, filters], outputs: filters,
      taps: window.height * window.width * image[2] / groups, bits: bits, scales: scales,
      activation: activation)
    return try append(
      "convolution", .convolution(kernel, window), [operations.count - 1],
      [size.height, size.width, filters],
      grid)
  }

  /// Appends a transposed convolution of the last operation.
  @discardableResult mutating func transposed(
    _ filters: Int, _ window: Window, to size: (Int, Int), isSame: Bool, activation: Int = 0
  ) throws -> Int {
    let channels = operations[operations.count - 1].shape[2]
    let (kernel, grid) = try kernel(
      [window.height, window.width, channels, filters], outputs: filters, taps: channels, bits: 8,
      scales: nil, activation: activation)
    return try append(
      "transposed", .transposedConvolution(kernel, window, isSame: isSame), [operations.count - 1],
      [size.0, size.1, filters], grid)
  }

  /// Appends a depthwise convolution of the last operation.
  @discardableResult mutating func depthwise(
    _ multiplier: Int, _ window: Window, bits: Int = 8, activation: Int = 0
  ) throws -> Int {
    let image = operations[operations.count - 1].shape
    let (size, outputs) = (window.outputSize(of: (image[0], image[1])), image[2] * multiplier)
    let (kernel, grid) = try kernel(
      [window.height, window.width, image[2], multiplier], outputs: outputs,
      taps: window.height * window.width, bits: bits, scales: nil, activation: activation)
    return try append(
      "depthwise", .depthwiseConvolution(kernel, window), [operations.count - 1],
      [size.height, size.width, outputs], grid)
  }

  /// Appends a dense layer over the last dimension of the last operation.
  @discardableResult mutating func dense(
    _ units: Int, bits: Int = 8, scales: Int? = nil, activation: Int = 0, grid: AffineQuantizer? = nil
  ) throws -> Int {
    let shape = operations[operations.count - 1].shape
    let (kernel, grid) = try kernel(
      [shape[shape.count - 1], units], outputs: units, taps: shape[shape.count - 1], bits: bits,
      scales: scales, activation: activation, given: grid)
    return try append(
      "dense", .dense(kernel), [operations.count - 1], shape.dropLast() + [units], grid)
  }

  /// A kernel on the last operation, and a grid on which its sums spread over all codes.
  private mutating func kernel(
    _ shape: [Int], outputs: Int, taps: Int, bits: Int, scales: Int?, activation: Int,
    given: AffineQuantizer? = nil
  ) throws -> (IntegerKernel, AffineQuantizer) {
    let source = operations[operations.count - 1].grid
    let (count, half) = (shape.reduce(1, *), 1 << (bits - 1))
    let codes = (0..<count).map { _ in Int8(generator.below(2 * half) - half) }
    let scales = (0..<(scales ?? outputs)).map { _ in generator.uniform(0.001, 0.02) * 128 / Float(half) }
    let spread = 74 * 0.58 * Float(half) * Float(taps).squareRoot()
    let own = try AffineQuantizer(
      scale: source.scale * 0.01 * 128 / Float(half) * spread / generator.uniform(30, 60),
      zeroPoint: activation == 0 ? Int32(generator.below(256)) - 128 : -128)
    let grid = given ?? own
    let kernel = IntegerKernel(
      shape: shape, intWeights: codes, bitWidth: bits, scales: scales,
      bias32: (0..<outputs).map { _ in Int32(generator.below(4001)) - 2000 },
      activationRange: limits(activation, grid))
    return (kernel, grid)
  }
}
