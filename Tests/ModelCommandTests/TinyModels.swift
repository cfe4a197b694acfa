import FixedPoint
import IntegerInference

/// Small models whose codes can be computed by hand.
enum TinyModels {
  static func grid(_ scale: Float, _ zeroPoint: Int32 = 0) throws -> AffineQuantizer {
    try AffineQuantizer(scale: scale, zeroPoint: zeroPoint)
  }

  static func input(_ shape: [Int], _ scale: Float = 1, _ zeroPoint: Int32 = 0, named name: String = "in")
    throws
    -> IntegerOperation
  { IntegerOperation(name: name, kind: .input, shape: shape, grid: try grid(scale, zeroPoint)) }

  /// A dense layer on grids of scale 1 and zero point 0.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - channels: The weights, channel by channel.
  ///   - scale: The scale of the weights, which is the factor from accumulator to code.
  ///   - bias: The biases; nil means 0.
  ///   - source: The operation that it reads.
  ///   - range: The codes under the activation.
  /// - Returns: The operation.
  /// - Throws: Nothing; grids of scale 1 are sound.
  static func dense(
    _ name: String, _ channels: [[Int8]], scale: Float, bias: [Int32]? = nil, reading source: Int,
    range: ClosedRange<Int32> = -128...127
  ) throws -> IntegerOperation {
    let inputs = channels[0].count
    let kernel = IntegerKernel(
      shape: [inputs, channels.count], intWeights: (0..<inputs).flatMap { row in channels.map { $0[row] } },
      scales: [scale], bias32: bias ?? channels.map { _ in 0 }, activationRange: range)
    return IntegerOperation(
      name: name, kind: .dense(kernel), inputs: [source], shape: [channels.count], grid: try grid(1))
  }

  static func model(
    _ operations: [IntegerOperation], _ arithmetic: IntegerArithmetic = .tflite, outputs: [Int]? = nil
  ) throws -> IntegerModel {
    try IntegerModel(
      name: "tiny", arithmetic: arithmetic, operations: operations, outputs: outputs ?? [operations.count - 1]
    )
  }

  /// A model of one input and one dense layer with two outputs.
  static func reading(_ shape: [Int], scale: Float = 0.5, zeroPoint: Int32 = 3) throws -> IntegerModel {
    let count = shape.reduce(1, *)
    return try model([
      input(shape, scale, zeroPoint),
      IntegerOperation(
        name: "flat", kind: .reshape, inputs: [0], shape: [count], grid: grid(scale, zeroPoint)),
      dense(
        "dense", [Array(repeating: 1, count: count), Array(repeating: -1, count: count)], scale: 0.01,
        reading: 1),
    ])
  }
}
