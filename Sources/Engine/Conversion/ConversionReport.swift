import FixedPoint
import IntegerInference
import Quantization
import Support

/// The operations of a converted model, with their grids, multipliers and sizes.
///
/// Every operation reads codes and gives codes; a layer that cannot is refused by `convert`.
public struct ConversionReport: Hashable, Codable, Sendable {
  /// The model's name.
  public let model: String
  /// The name of the scheme that training simulated.
  public let simulated: String
  /// The runtime whose rounding the integers follow.
  public let arithmetic: IntegerArithmetic
  /// The operations, in the order in which they run.
  public let operations: [OperationReport]
  /// The names of the operations that the arithmetic computes in floats, from codes to codes.
  ///
  /// LiteRT's reference kernels have none. XNNPACK computes softmax and the mean over an image in floats; ONNX Runtime
  /// softmax, hard swish, tanh and Add. Sigmoids are tables of 256 codes in all of them, as is LiteRT's tanh.
  public let floatOperations: [String]

  /// Reports on a model that a converter has made.
  init(of model: IntegerModel, simulating simulated: String, _ converter: Converter) {
    (self.model, self.simulated, arithmetic) = (model.name, simulated, model.arithmetic)
    operations = model.operations.indices.map {
      OperationReport(
        of: $0, in: model, layers: converter.layers[$0], biases: converter.biasAdjustments[$0] ?? [])
    }
    floatOperations = model.operations.filter { $0.kind.computesInFloats(model.arithmetic) }.map(\.name)
  }

  /// The bytes of all weights, packed, with their scales and the biases.
  public var bytes: Int { operations.reduce(0) { $0 + $1.bytes } }

  /// The bytes of the same weights and biases as 32-bit floats.
  public var floatBytes: Int { operations.reduce(0) { $0 + $1.floatBytes } }

  /// The report as a table; of per-channel scales and multipliers it shows the smallest and the largest.
  public var table: TextTable {
    let short = NumberFormat.significant(3)
    func span(_ values: [Double]) -> String {
      guard let low = values.min(), let high = values.max() else { return "–" }
      return low == high ? short.string(low) : "\(short.string(low)) … \(short.string(high))"
    }
    return TextTable(
      columns: [
        "operation", "kind", "scale", "zero", "weights", "weight scale", "multiplier", "accumulator", "bytes",
      ],
      rows: operations.map { operation in
        [
          operation.name, operation.kind, short.string(Double(operation.scale)), "\(operation.zeroPoint)",
          operation.weightBits.map { "\(operation.weightCount) × \($0) bits" } ?? "–",
          span(operation.weightScales.map(Double.init)), span(operation.multipliers.map(\.realValue)),
          operation.accumulatorBits.map { "\($0) bits" } ?? "–",
          operation.bytes == 0 ? "–" : NumberFormat.grouped.string(Double(operation.bytes)),
        ]
      })
  }
}

extension ConversionReport: CustomStringConvertible {
  /// The model, the sizes, the table, and if there are any, the operations computed in floats and the biases that did
  /// not fit.
  public var description: String {
    let size = [bytes, floatBytes].map { NumberFormat.grouped.string(Double($0)) }
    let title =
      "\(model): simulated \(simulated), computed as \(arithmetic.rawValue); "
      + "\(size[0]) bytes of weights, \(size[1]) in float"
    let floats =
      floatOperations.isEmpty ? [] : ["computed in float: " + floatOperations.joined(separator: ", ")]
    let biases = operations.flatMap { operation in
      operation.biasAdjustments.map { "\(operation.name): \($0)" }
    }
    return ([title] + table.terminalLines() + floats + biases).joined(separator: "\n")
  }
}

/// One operation of a converted model in numbers.
public struct OperationReport: Hashable, Codable, Sendable {
  /// The operation's name.
  public let name: String
  /// What the operation computes: "convolution".
  public let kind: String
  /// The quantized model's layers that the operation covers, in order; none for an inserted requantization.
  public let layers: [String]
  /// The shape of one example of the output.
  public let shape: [Int]
  /// The scale of the output.
  @CodableNumber public private(set) var scale: Float
  /// The zero point of the output.
  public let zeroPoint: Int32
  /// The lowest output code of the activation.
  public let lowestCode: Int32
  /// The highest output code of the activation.
  public let highestCode: Int32
  /// The bits of a weight; nil without weights.
  public let weightBits: Int?
  /// The number of weights.
  public let weightCount: Int
  /// The scales of the weights: one, or one for each output channel.
  @CodableNumber public private(set) var weightScales: [Float]
  /// The multipliers from accumulators to output codes: one, or one for each output channel; none without weights.
  public let multipliers: [FixedPointMultiplier]
  /// The biases that did not fit 32 bits at the scale of the weights, and what was done; mostly none.
  public let biasAdjustments: [BiasAdjustment]
  /// The largest magnitude that an accumulator can reach for any input; nil without weights.
  ///
  /// It is the maximum over the channels of Σ |weight| · max |input − zero point| + |bias|.
  public let accumulatorBound: Int?
  /// The bytes of the weights, packed, with their scales and the biases.
  public let bytes: Int
  /// The bytes of the weights and biases as 32-bit floats.
  public let floatBytes: Int

  /// The bits of the largest accumulator, with its sign: at most 32.
  public var accumulatorBits: Int? { accumulatorBound.map { Int.bitWidth - $0.leadingZeroBitCount + 1 } }

  /// Reports on the operation at an index.
  init(of index: Int, in model: IntegerModel, layers: [String], biases: [BiasAdjustment]) {
    let operation = model.operations[index]
    biasAdjustments = biases
    (name, kind, self.layers) = (operation.name, operation.kind.title, layers)
    (shape, scale, zeroPoint) = (operation.shape, operation.grid.scale, operation.grid.zeroPoint)
    let range = operation.activationRange
    (lowestCode, highestCode) = (range.lowerBound, range.upperBound)
    let kernel = operation.kernel
    let input = operation.inputs.first.map { model.operations[$0].grid }
    weightBits = kernel?.bitWidth
    weightCount = kernel?.intWeights.count ?? 0
    let scales = kernel?.scales ?? []
    weightScales = scales
    multipliers = scales.compactMap { scale in
      input.flatMap {
        try? FixedPointMultiplier(Double($0.scale) * Double(scale) / Double(operation.grid.scale))
      }
    }
    accumulatorBound = kernel.flatMap { kernel in
      input.flatMap { kernel.accumulatorBounds(reading: $0).max() }
    }
    bytes = operation.parameterBytes
    floatBytes = kernel.map { 4 * ($0.intWeights.count + $0.bias32.count) } ?? 0
  }
}

extension IntegerOperation {
  /// The range of output codes.
  fileprivate var activationRange: ClosedRange<Int32> {
    switch kind {
    case .add(let range), .subtract(let range), .multiply(let range), .requantization(let range): range
    default: kernel?.activationRange ?? grid.quantizedRange
    }
  }
}

extension IntegerOperation.Kind {
  /// What the operation computes, in a word or two.
  fileprivate var title: String {
    switch self {
    case .input: "input"
    case .convolution: "convolution"
    case .depthwiseConvolution: "depthwise convolution"
    case .transposedConvolution: "transposed convolution"
    case .dense: "dense"
    case .constant: "constant"
    case .maxPooling: "max pooling"
    case .averagePooling: "average pooling"
    case .globalAveragePooling: "global average pooling"
    case .add: "add"
    case .subtract: "subtract"
    case .multiply: "multiply"
    case .concatenation: "concatenation"
    case .reshape: "reshape"
    case .padding: "padding"
    case .constantPadding: "padding with a code"
    case .slice: "slice"
    case .transpose: "transpose"
    case .resizeNearestNeighbor: "resize nearest neighbor"
    case .resizeBilinear: "resize bilinear"
    case .softmax: "softmax"
    case .hardSwish: "hard swish"
    case .leakyReLU: "leaky ReLU"
    case .prelu: "PReLU"
    case .sigmoid: "sigmoid"
    case .tanh: "tanh"
    case .requantization: "requantization"
    }
  }
}
