import Support

/// What quantization costs a model, operation by operation, on given data.
public struct QuantizationReport: Hashable, Codable, Sendable {
  /// The backend simulated.
  public let scheme: String
  /// How many examples were looked at.
  public let examples: Int
  /// The loss of the float model: with quantization switched off.
  public let floatLoss: Double
  /// The loss of the quantized model.
  public let quantizedLoss: Double
  /// The operations, in the order in which they run.
  public let layers: [LayerReport]

  package init(
    scheme: String, examples: Int, floatLoss: Double, quantizedLoss: Double, layers: [LayerReport]
  ) {
    (self.scheme, self.examples, self.layers) = (scheme, examples, layers)
    (self.floatLoss, self.quantizedLoss) = (floatLoss, quantizedLoss)
  }

  /// The layers by what quantizing each of them alone adds to the loss, the largest first.
  public var bySensitivity: [LayerReport] {
    layers.enumerated().sorted { a, b in
      (-a.element.lossAlone, a.offset) < (-b.element.lossAlone, b.offset)
    }.map(\.element)
  }

  /// The report as a table; a dash where there is nothing to measure.
  public var table: TextTable {
    func decibels(_ value: Double?) -> String { value.map { NumberFormat.fixed(1).string($0) } ?? "–" }
    let short = NumberFormat.significant(3)
    return TextTable(
      columns: ["layer", "weights dB", "output dB", "MSE", "cosine", "clipped", "codes", "alone", "without"],
      rows: layers.map { layer in
        [
          layer.name, decibels(layer.weightSQNR), decibels(layer.sqnr), short.string(layer.meanSquaredError),
          NumberFormat.fixed(5).string(layer.cosine),
          layer.clippedShare.map { NumberFormat.percent(2).string($0) } ?? "–",
          layer.codes == 0 ? "–" : "\(layer.codesUsed) of \(layer.codes)", short.string(layer.lossAlone),
          short.string(-layer.lossWithout),
        ]
      })
  }
}
