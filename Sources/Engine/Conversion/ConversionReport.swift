import FixedPoint
import IntegerInference
import Support

/// What became of each layer in conversion: its grids, its multipliers and its size.
///
/// Every operation reads codes and gives codes; what no operation can do that way is refused.
public struct ConversionReport: Hashable, Codable, Sendable {
  /// The model's name.
  public let model: String
  /// The backend that training simulated.
  public let simulated: String
  /// Whose arithmetic the integers follow.
  public let arithmetic: IntegerArithmetic
  /// The operations, in the order in which they run.
  public let operations: [OperationReport]
  /// The names of operations that the arithmetic computes in floats between their codes: none of LiteRT's
  /// reference kernels, softmax and the mean over an image of XNNPACK's, softmax and Add of ONNX Runtime's.
  public let floatOperations: [String]

  init(of model: IntegerModel, simulating simulated: String, layers: [[String]]) {
    (self.model, self.simulated, arithmetic) = (model.name, simulated, model.scheme)
    operations = model.operations.indices.map { OperationReport(of: $0, in: model, layers: layers[$0]) }
    floatOperations = model.operations.filter { $0.kind.computesInFloats(model.scheme) }.map(\.name)
  }

  /// The bytes of all codes of weights, packed, with scales and biases.
  public var bytes: Int { operations.reduce(0) { $0 + $1.bytes } }

  /// The bytes of the same weights and biases as 32-bit floats.
  public var floatBytes: Int { operations.reduce(0) { $0 + $1.floatBytes } }

  /// The report as a table; of scales and multipliers that each channel has of its own, the smallest and largest.
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
