import Layers
import Quantizers
import Tensors

extension QuantizeGraph {
  /// Connects the layers of the quantized model, and collects the decisions on each.
  func build() -> (inputs: [Input], outputs: [SymbolicTensor], explanations: [Explanation]) {
    var tensors: [Int: SymbolicTensor] = [:]
    var inputs: [Input] = []
    var explanations: [Explanation] = []
    for node in nodes {
      guard let layer = node.layer else {
        let input = Input(node.inputShape, name: node.name)
        inputs.append(input)
        tensors[node.id] = input
        continue
      }
      let placed = quantized(node, layer)
      tensors[node.id] = placed(node.inputs.compactMap { tensors[$0] })
      explanations.append(
        Explanation(name: placed.name, layer: describe(node, layer), decisions: node.decisions))
    }
    return (inputs, outputs.compactMap { tensors[$0] }, explanations)
  }

  /// Wraps a layer with its quantizers; a layer without quantizers is returned as it is.
  private func quantized(_ node: QuantizeNode, _ layer: Layer) -> Layer {
    guard let config = node.config, !node.isQuantization else { return layer }
    var (inner, weights) = (layer, config.weights)
    if let normalization = node.normalization {
      inner = FoldedBatchNorm(
        layer, normalization, quantizer: weights.first?.quantizer, folding: scheme.batchNormFolding,
        freezesAfter: scheme.freezesBatchNormAfter)
      weights = []
    }
    switch config.output {
    case .unchanged:
      return weights.isEmpty && node.normalization == nil ? inner : QuantizeWrapper(inner, weights: weights)
    case .quantized(let quantizer):
      return QuantizeWrapper(
        inner, weights: weights, output: quantizer, poolsBeforeRounding: scheme.poolsBeforeRounding)
    case .sharedWithInput:
      return QuantizeWrapper(
        inner, weights: weights, output: effectiveQuantizer(of: node.inputs[0]), sharesOutputQuantizer: true,
        poolsBeforeRounding: scheme.poolsBeforeRounding)
    }
  }

  private func describe(_ node: QuantizeNode, _ layer: Layer) -> String {
    let type = "\(type(of: layer))"
    return node.normalization == nil ? type : "\(type) + BatchNormalization"
  }
}
