import Layers
import Quantizers
import Support
import Tensors

extension QuantizedModel {
  /// How well every range fits: that of a weight its weight, that of an output what the layer gives, before it is
  /// rounded, for a batch; `inputs` has a tensor for each input of the model.
  ///
  /// What reaches a layer is quantized already, as in inference. All ranges must have been found, by calibration
  /// or training; none changes, but that those of weights follow them as in inference.
  public func rangeHealth(on inputs: [Tensor]) -> RangeHealthReport {
    refreshRanges()
    let inside = withPhase(.off) { Model(inputs: self.inputs, outputs: nodes.map(\.output)) }
    let values = withPhase(.frozen) { inside.allOutputs(inputs) }
    var entries: [RangeHealthReport.Entry] = []
    for (path, quantizer) in quantizers {
      guard let place = nodes.firstIndex(where: { path.hasPrefix("\($0.layer.name)/") }) else { continue }
      let node = nodes[place]
      let seen = withPhase(.frozen) {
        Self.weight(of: node.layer, quantizedBy: quantizer)
          ?? quantizer.unrounded { node.layer(node.inputs.map { values[$0] }) }
      }
      entries.append(.init(path: path, health: RangeHealth(of: quantizer, on: seen)))
    }
    return RangeHealthReport(entries: entries)
  }

  /// The weight of a layer that a quantizer is for, before it is quantized; nil if that is for the output.
  private static func weight(of layer: Layer, quantizedBy quantizer: Quantizer) -> Tensor? {
    guard let wrapper = layer as? QuantizeWrapper else { return nil }
    if let folded = wrapper.layer as? FoldedBatchNorm, folded.quantizer === quantizer {
      return folded.quantizedKernelSource
    }
    guard let name = wrapper.weightQuantizers.first(where: { $0.quantizer === quantizer })?.name else {
      return nil
    }
    return wrapper.layer.namedWeights.first { $0.path == name }?.variable.value
  }
}

extension Quantizer {
  /// What a body gives while this quantizer passes its tensor on as it is.
  fileprivate func unrounded(_ body: () -> Tensor) -> Tensor {
    let before = phase
    defer { phase = before }
    phase = .off
    return body()
  }
}
