import FixedPoint
import Layers
import Quantizers
import Support
import Tensors

/// What quantization costs a model, operation by operation, on given data.
///
/// In JSON, a number that is infinite or NaN is one of the texts `"Infinity"`, `"-Infinity"` and `"NaN"`, as
/// `CodableNumber` writes them.
public struct QuantizationReport: Hashable, Codable, Sendable {
  /// The name of the scheme.
  public let scheme: String
  /// The number of examples.
  public let examples: Int
  /// The loss of the float model: this model with its quantizers off.
  @CodableNumber public private(set) var floatLoss: Double
  /// The loss of the quantized model.
  @CodableNumber public private(set) var quantizedLoss: Double
  /// The operations, in the order in which they run.
  public let layers: [LayerReport]

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - scheme: The name of the scheme.
  ///   - examples: The number of examples.
  ///   - floatLoss: The loss of the float model.
  ///   - quantizedLoss: The loss of the quantized model.
  ///   - layers: The operations, in the order in which they run.
  package init(
    scheme: String, examples: Int, floatLoss: Double, quantizedLoss: Double, layers: [LayerReport]
  ) {
    (self.scheme, self.examples, self.layers) = (scheme, examples, layers)
    (self.floatLoss, self.quantizedLoss) = (floatLoss, quantizedLoss)
  }

  /// The operations, sorted by how much quantizing each alone adds to the loss, the largest first.
  public var bySensitivity: [LayerReport] {
    layers.enumerated().sorted { a, b in
      (-a.element.lossAlone, a.offset) < (-b.element.lossAlone, b.offset)
    }.map(\.element)
  }

  /// The report as a table, with a dash where there is nothing to measure.
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

extension QuantizationReport: CustomStringConvertible {
  /// The scheme, the two losses, and the table.
  public var description: String {
    let losses = [floatLoss, quantizedLoss].map { NumberFormat.significant(4).string($0) }
    let count = examples == 1 ? "1 example" : NumberFormat.grouped.string(Double(examples)) + " examples"
    let title = "\(scheme) on \(count): loss \(losses[0]) in float, \(losses[1]) quantized"
    return ([title] + table.terminalLines()).joined(separator: "\n")
  }
}

/// What quantization costs one operation of a model, on given data.
public struct LayerReport: Hashable, Codable, Sendable {
  /// The operation's name.
  public let name: String
  /// The signal to quantization noise ratio (SQNR) of the kernel, in decibels.
  ///
  /// Nil without a quantized kernel, and if quantization changed no weight.
  @CodableNumber public private(set) var weightSQNR: Double?
  /// The signal to quantization noise ratio (SQNR) of the output, in decibels; larger is better.
  ///
  /// The signal is the float model's output. Nil if the two outputs are equal; −∞ if the float model's is 0 everywhere
  /// and the quantized one is not.
  @CodableNumber public private(set) var sqnr: Double?
  /// The mean squared difference between the output and the float model's.
  @CodableNumber public private(set) var meanSquaredError: Double
  /// The cosine of the angle between the two outputs: 1 if they have the same direction.
  @CodableNumber public private(set) var cosine: Double
  /// The share of the float model's outputs that lie outside the range; nil without a range.
  @CodableNumber public private(set) var clippedShare: Double?
  /// The number of different codes that the outputs take.
  public let codesUsed: Int
  /// The number of codes of the output's grid; 0 if the output is in float.
  public let codes: Int
  /// The increase of the loss if this operation alone is quantized.
  @CodableNumber public private(set) var lossAlone: Double
  /// The decrease of the loss if every operation but this one is quantized.
  @CodableNumber public private(set) var lossWithout: Double

  /// Creates a report; see the properties for the meaning of each number.
  ///
  /// - Parameters:
  ///   - name: The operation's name.
  ///   - weightSQNR: The SQNR of the kernel, in decibels.
  ///   - sqnr: The SQNR of the output, in decibels.
  ///   - meanSquaredError: The mean squared error of the output.
  ///   - cosine: The cosine between the output and the float model's.
  ///   - clippedShare: The share of clipped outputs.
  ///   - codesUsed: The number of different output codes.
  ///   - codes: The number of codes of the output's grid.
  ///   - lossAlone: The increase of the loss if this operation alone is quantized.
  ///   - lossWithout: The decrease of the loss if every other operation is quantized.
  package init(
    name: String, weightSQNR: Double?, sqnr: Double?, meanSquaredError: Double, cosine: Double,
    clippedShare: Double?, codesUsed: Int, codes: Int, lossAlone: Double, lossWithout: Double
  ) {
    (self.name, self.weightSQNR, self.sqnr) = (name, weightSQNR, sqnr)
    (self.meanSquaredError, self.cosine, self.clippedShare) = (meanSquaredError, cosine, clippedShare)
    (self.codesUsed, self.codes) = (codesUsed, codes)
    (self.lossAlone, self.lossWithout) = (lossAlone, lossWithout)
  }
}

extension QuantizedModel {
  /// Measures what quantization costs on a batch, operation by operation, of a model of one output.
  ///
  /// The float model is this one with its quantizers off. Sensitivity takes two runs for each operation: one with
  /// it alone quantized, one with all but it. Nothing changes.
  ///
  /// - Parameters:
  ///   - inputs: One tensor for each input of the model, with the batch first, all with equally many examples.
  ///   - loss: Computes the loss from the model's output.
  /// - Returns: The report, with one entry for each operation that has a quantizer of its own.
  public func report(
    on inputs: [Tensor], loss: (_ output: Tensor) -> Float
  ) -> QuantizationReport {
    require(
      outputIndices.count == 1,
      "\(title) has \(outputIndices.count) outputs, and the loss of its report takes one: take all of them, as in "
        + "report(on: inputs) { (outputs: [Tensor]) in … }")
    return report(on: inputs) { (outputs: [Tensor]) in loss(outputs[0]) }
  }

  /// Measures what quantization costs on a batch, operation by operation, of a model of any number of outputs.
  ///
  /// - Parameters:
  ///   - inputs: One tensor for each input of the model, with the batch first, all with equally many examples.
  ///   - loss: Computes the loss from all of the model's outputs, in the order of ``/Layers/Model/outputs``.
  /// - Returns: The report, with one entry for each operation that has a quantizer of its own.
  public func report(
    on inputs: [Tensor], loss: (_ outputs: [Tensor]) -> Float
  ) -> QuantizationReport {
    require(
      inputs.count == self.inputs.count,
      "\(title) has \(self.inputs.count) inputs, and its report is asked for with \(inputs.count): give a tensor for "
        + "each")
    let operations = operations
    let float = withPhase(.off) { operationOutputs(inputs) }
    let quantized = withInferencePhases { operationOutputs(inputs) }
    func lossNow() -> Double { Double(loss(allOutputs(inputs))) }
    let (floatLoss, fullLoss) = (withPhase(.off, lossNow), withInferencePhases(lossNow))
    var layers: [LayerReport] = []
    for (index, operation) in operations.enumerated() where operation.quantizesSomething {
      let own = [operation.kernelQuantizer, operation.output].compactMap { $0 }
      let phases = own.map(\.phase.inInference)
      let alone = withPhase(.off) {
        for (quantizer, phase) in zip(own, phases) { quantizer.phase = phase }
        return lossNow()
      }
      let without = withInferencePhases {
        for quantizer in own { quantizer.phase = .off }
        return lossNow()
      }
      layers.append(
        LayerReport(
          operation, float: float[index], quantized: quantized[index], lossAlone: alone - floatLoss,
          lossWithout: fullLoss - without))
    }
    return QuantizationReport(
      scheme: scheme.name, examples: inputs[0].shape[0], floatLoss: floatLoss, quantizedLoss: fullLoss,
      layers: layers)
  }
}

extension QuantizedOperation {
  /// Whether the operation has a quantizer of its own, instead of passing on quantized values.
  var quantizesSomething: Bool {
    kernelQuantizer != nil || (output != nil && !layer.preservesQuantization)
  }
}

extension LayerReport {
  /// Compares an operation's outputs in the float and in the quantized model.
  init(
    _ operation: QuantizedOperation, float: Tensor, quantized: Tensor, lossAlone: Double,
    lossWithout: Double
  ) {
    let (reference, values) = (float.values, quantized.values)
    let output = Similarity(reference, values)
    let weights = operation.kernel.flatMap { kernel in
      operation.quantizedKernel.flatMap { Similarity(kernel.values, $0.values).sqnr }
    }
    let grids = operation.output.flatMap { try? $0.affineQuantizers() } ?? []
    let grid = grids.count == 1 ? grids[0] : nil
    let used = grid.map { grid in Set(values.map(grid.quantize)).count } ?? 0
    let clipped = grid.map { grid in
      Double(reference.count { grid.saturates($0) }) / Double(reference.count)
    }
    self.init(
      name: operation.name, weightSQNR: weights, sqnr: output.sqnr,
      meanSquaredError: output.meanSquaredError, cosine: output.cosine, clippedShare: clipped,
      codesUsed: used, codes: grid.map { $0.steps + 1 } ?? 0, lossAlone: lossAlone,
      lossWithout: lossWithout)
  }
}

/// The similarity of two lists of numbers, computed in double precision.
struct Similarity {
  /// The power of the reference over that of the difference, in decibels; nil if the lists are equal.
  let sqnr: Double?
  /// The mean of the squared differences.
  let meanSquaredError: Double
  /// The cosine of the angle between the lists; 1 if both are all zeros.
  let cosine: Double

  init(_ reference: [Float], _ values: [Float]) {
    var (signal, noise, product, power) = (0.0, 0.0, 0.0, 0.0)
    for (a, b) in zip(reference, values) {
      let (a, b) = (Double(a), Double(b))
      signal += a * a
      noise += (a - b) * (a - b)
      product += a * b
      power += b * b
    }
    sqnr = noise == 0 ? nil : 10 * decimalLogarithm(signal / noise)
    meanSquaredError = noise / Double(reference.count)
    let lengths = (signal * power).squareRoot()
    cosine = lengths == 0 ? (signal == power ? 1 : 0) : product / lengths
  }
}
