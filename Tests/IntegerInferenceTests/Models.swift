import FixedPoint
import IntegerInference
import Support
import Testing

/// Small models for the tests.
enum Models {
  /// A grid of int8 codes.
  static func grid(
    _ scale: Float, _ zeroPoint: Int32, _ codes: ClosedRange<Int32> = -128...127
  ) throws -> AffineQuantizer {
    try AffineQuantizer(scale: scale, zeroPoint: zeroPoint, quantizedRange: codes)
  }

  /// A model of one operation behind its inputs.
  static func single(
    _ kind: IntegerOperation.Kind, from inputs: [(shape: [Int], grid: AffineQuantizer)], shape: [Int],
    grid: AffineQuantizer, arithmetic: IntegerArithmetic = .tflite
  ) throws -> IntegerModel {
    var operations = inputs.enumerated().map { index, input in
      IntegerOperation(name: "input\(index)", kind: .input, shape: input.shape, grid: input.grid)
    }
    operations.append(
      IntegerOperation(
        name: "operation", kind: kind, inputs: Array(inputs.indices), shape: shape, grid: grid))
    return try IntegerModel(
      name: "single", arithmetic: arithmetic, operations: operations, outputs: [inputs.count])
  }

  /// The problem of a model of one operation behind its inputs; nil if it has none.
  static func cause(
    _ kind: IntegerOperation.Kind, from inputs: [(shape: [Int], grid: AffineQuantizer)], shape: [Int],
    grid: AffineQuantizer, arithmetic: IntegerArithmetic = .tflite
  ) -> IntegerModelError.Cause? {
    do {
      _ = try single(kind, from: inputs, shape: shape, grid: grid, arithmetic: arithmetic)
      return nil
    } catch { return (error as? IntegerModelError)?.cause }
  }

  /// Random codes.
  static func codes(_ count: Int, using generator: inout SeededGenerator) -> [Int8] {
    (0..<count).map { _ in Int8(truncatingIfNeeded: generator.next()) }
  }

  /// A kernel of random codes, biases and scales.
  static func kernel(
    _ shape: [Int], channels: Int, bitWidth: Int = 8, perChannel: Bool = true,
    activationRange: ClosedRange<Int32> = -128...127, using generator: inout SeededGenerator
  ) -> IntegerKernel {
    let codes = codes(shape.reduce(1, *), using: &generator).map { $0 >> Int8(8 - bitWidth) }
    let step = Float(1 << (8 - bitWidth))
    let scales = (0..<(perChannel ? channels : 1)).map { _ in step * generator.uniform(0.001, 0.02) }
    let bias = (0..<channels).map { _ in (Int32(generator.below(4001)) - 2000) >> Int32(8 - bitWidth) }
    return IntegerKernel(
      shape: shape, intWeights: codes, bitWidth: bitWidth, scales: scales, bias32: bias,
      activationRange: activationRange)
  }

  /// An operation of each kind: convolution, pooling, depthwise convolution, addition, concatenation, mean, dense,
  /// activations.
  static func network(
    seed: UInt64 = 1, arithmetic: IntegerArithmetic = .tflite, bitWidth: Int = 8
  ) throws -> IntegerModel {
    var generator = SeededGenerator(seed: seed)
    let (image, wide) = (try grid(1 / 255, -128), try grid(0.05, -20))
    let window = Window(size: (3, 3), sameFor: (9, 7))
    let first = kernel(
      [3, 3, 2, 4], channels: 4, bitWidth: bitWidth, activationRange: -20...127, using: &generator)
    let second = kernel([3, 3, 4, 1], channels: 4, bitWidth: bitWidth, using: &generator)
    let third = kernel([8, 5], channels: 5, bitWidth: bitWidth, perChannel: false, using: &generator)
    let pooling = Window(size: (2, 2), strides: (2, 2))
    func operation(
      _ name: String, _ kind: IntegerOperation.Kind, _ inputs: [Int], _ shape: [Int], _ grid: AffineQuantizer
    ) -> IntegerOperation {
      IntegerOperation(name: name, kind: kind, inputs: inputs, shape: shape, grid: grid)
    }
    return try IntegerModel(
      name: "network", arithmetic: arithmetic,
      operations: [
        operation("input", .input, [], [9, 7, 2], image),
        operation("conv", .convolution(first, window), [0], [9, 7, 4], wide),
        operation("depthwise", .depthwiseConvolution(second, window), [1], [9, 7, 4], wide),
        operation("add", .add(activationRange: -128...127), [1, 2], [9, 7, 4], try grid(0.08, 3)),
        operation("requantize", .requantization(activationRange: -128...127), [3], [9, 7, 4], wide),
        operation("concat", .concatenation(axis: 2), [4, 1], [9, 7, 8], wide),
        operation("pool", .maxPooling(pooling), [5], [4, 3, 8], wide),
        operation("average", .averagePooling(pooling), [6], [2, 1, 8], wide),
        operation("pad", .padding(.init(top: 1, left: 0, bottom: 0, right: 2)), [7], [3, 3, 8], wide),
        operation("mean", .globalAveragePooling, [8], [8], try grid(0.04, -10)),
        operation("swish", .hardSwish, [9], [8], try grid(0.04, -10)),
        operation("reshape", .reshape, [10], [2, 4], try grid(0.04, -10)),
        operation("flatten", .reshape, [11], [8], try grid(0.04, -10)),
        operation("dense", .dense(third), [12], [5], try grid(0.1, 7)),
        operation("leaky", .leakyReLU(slope: 0.3), [13], [5], try grid(0.09, -40)),
        operation("sigmoid", .sigmoid, [14], [5], try grid(0x1p-8, -128)),
        operation("tanh", .tanh, [15], [5], try grid(0x1p-7, 0)),
        operation("softmax", .softmax, [16], [5], try grid(0x1p-8, -128)),
      ], outputs: [17])
  }
}
