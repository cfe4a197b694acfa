import Layers
import Quantizers
import Support
import Tensors

/// How well the range of each quantizer of a model fits the tensor it quantizes, on given data.
public struct RangeHealthReport: Hashable, Sendable {
  /// The health of one quantizer's range.
  public struct Entry: Hashable, Sendable {
    /// The path of layer and tensor: `quant_dense/kernel`, `quant_dense/output`.
    public let path: String
    /// The wasted and the clipped part of the range, and the residue of its start.
    public let health: RangeHealth
  }

  /// The entries, in the order of ``QuantizedModel/quantizers``.
  public let entries: [Entry]

  /// The health of the range at a path, or nil if there is no such path.
  public subscript(path: String) -> RangeHealth? { entries.first { $0.path == path }?.health }

  /// The number of training batches until no range has a residue of its start.
  public var batchesNeeded: Int { entries.compactMap(\.health.batchesNeeded).max() ?? 0 }

  /// The report as a table.
  public var table: TextTable {
    TextTable(columns: ["tensor"] + RangeHealth.columns, rows: entries.map { [$0.path] + $0.health.row })
  }
}

extension RangeHealthReport: CustomStringConvertible {
  /// The table.
  public var description: String { table.terminalLines().joined(separator: "\n") }
}

extension QuantizedModel {
  /// Measures how well the range of each quantizer fits its weight, or its layer's output for a batch.
  ///
  /// The weight or output is taken before its quantization; the layer's inputs are quantized, as in inference.
  /// All ranges must have been found, by calibration or training. Nothing changes.
  ///
  /// `inputs` has one tensor for each input of the model.
  public func rangeHealth(on inputs: [Tensor]) -> RangeHealthReport {
    let inside = withPhase(.off) { Model(inputs: self.inputs, outputs: nodes.map(\.output)) }
    let values = withInferencePhases { inside.allOutputs(inputs) }
    var entries: [RangeHealthReport.Entry] = []
    for (path, quantizer) in quantizers {
      guard let node = nodes.first(where: { path.hasPrefix("\($0.layer.name)/") }) else { continue }
      let health =
        if let weight = Self.weight(of: node.layer, quantizedBy: quantizer) {
          RangeHealth(of: quantizer, onWeight: weight)
        } else {
          RangeHealth(
            of: quantizer,
            on: withInferencePhases { quantizer.switchedOff { node.layer(node.inputs.map { values[$0] }) } })
        }
      entries.append(.init(path: path, health: health))
    }
    return RangeHealthReport(entries: entries)
  }

  /// The weight that a quantizer of a layer quantizes; nil if it quantizes the output.
  private static func weight(of layer: Layer, quantizedBy quantizer: Quantizer) -> Tensor? {
    let parts = QuantizedParts(layer)
    if let folded = parts.folded, folded.quantizer === quantizer { return folded.quantizedKernelSource }
    guard let name = parts.weightQuantizers.first(where: { $0.quantizer === quantizer })?.name else {
      return nil
    }
    return parts.core.namedWeights.first { $0.path == name }?.variable.value
  }
}

extension Quantizer {
  /// Runs `body` while this quantizer returns its tensor unchanged.
  fileprivate func switchedOff(_ body: () -> Tensor) -> Tensor {
    let before = phase
    defer { phase = before }
    phase = .off
    return body()
  }
}
