import FixedPoint
import IntegerInference

/// One operation of an integer model, in numbers.
public struct OperationReport: Hashable, Codable, Sendable {
  /// The operation's name.
  public let name: String
  /// What it does: "convolution".
  public let kind: String
  /// The layers of the quantized model that it stands for, in order; none for a rescaling in between.
  public let layers: [String]
  /// The shape of one example of its output.
  public let shape: [Int]
  /// The scale of its output.
  public let scale: Float
  /// The zero point of its output.
  public let zeroPoint: Int32
  /// The lowest output code that its activation lets through.
  public let lowestCode: Int32
  /// The highest output code that its activation lets through.
  public let highestCode: Int32
  /// The bits of a weight; nil without weights.
  public let weightBits: Int?
  /// How many weights it has.
  public let weightCount: Int
  /// The scales of its weights: one, or one for each output channel.
  public let weightScales: [Float]
  /// What takes accumulators to output codes: one, or one for each output channel; none without weights.
  public let multipliers: [FixedPointMultiplier]
  /// The largest magnitude that an accumulator can reach, whatever the input; nil without weights.
  ///
  /// Σ |weight| · max |input − zero point| + |bias|, of the channel where that is largest.
  public let accumulatorBound: Int?
  /// The bytes of its weights, packed, their scales and biases.
  public let bytes: Int
  /// The bytes of its weights and biases as 32-bit floats.
  public let floatBytes: Int

  /// The bits that the largest accumulator needs, with its sign: at most 32.
  public var accumulatorBits: Int? { accumulatorBound.map { Int.bitWidth - $0.leadingZeroBitCount + 1 } }

  init(of number: Int, in model: IntegerModel, layers: [String]) {
    let operation = model.operations[number]
    (name, kind, self.layers) = (operation.name, operation.kind.title, layers)
    (shape, scale, zeroPoint) = (operation.shape, operation.grid.scale, operation.grid.zeroPoint)
    let limits = operation.limits
    (lowestCode, highestCode) = (limits.lowerBound, limits.upperBound)
    let kernel = operation.kernel
    let input = operation.inputs.first.map { model.operations[$0].grid }
    weightBits = kernel?.bitWidth
    weightCount = kernel?.codes.count ?? 0
    weightScales = kernel?.scales ?? []
    multipliers = weightScales.compactMap { scale in
      input.flatMap {
        try? FixedPointMultiplier(Double($0.scale) * Double(scale) / Double(operation.grid.scale))
      }
    }
    accumulatorBound = kernel.flatMap { kernel in
      input.flatMap { kernel.accumulatorBounds(reading: $0).max() }
    }
    bytes = kernel?.byteCount ?? 0
    floatBytes = kernel.map { 4 * ($0.codes.count + $0.bias.count) } ?? 0
  }
}

extension IntegerOperation {
  /// The output codes that the operation lets through.
  fileprivate var limits: ClosedRange<Int32> {
    switch kind {
    case .add(let limits), .requantization(let limits): limits
    default: kernel?.limits ?? grid.quantizedRange
    }
  }
}

extension IntegerOperation.Kind {
  /// What the operation does, in a word or two.
  fileprivate var title: String {
    switch self {
    case .input: "input"
    case .convolution: "convolution"
    case .depthwiseConvolution: "depthwise convolution"
    case .dense: "dense"
    case .maxPooling: "max pooling"
    case .averagePooling: "average pooling"
    case .globalAveragePooling: "global average pooling"
    case .add: "add"
    case .concatenation: "concatenation"
    case .reshape: "reshape"
    case .padding: "padding"
    case .softmax: "softmax"
    case .requantization: "requantization"
    }
  }
}
