import Layers
import Quantizers
import Tensors

extension QuantizeGraph {
  /// Connects the layers of the quantized model, and collects the decisions on each.
  func build() -> (inputs: [Input], outputs: [SymbolicTensor], explanations: [Explanation]) {
    var tensors: [Int: SymbolicTensor] = [:]
    var inputs: [Input] = []
    var explanations: [Explanation] = []
    var names = UniqueNames()
    var folded: [(node: QuantizeNode, layer: Layer)] = []
    for node in nodes where !isWrapped(node) { _ = names.unique(node.name) }
    for node in nodes {
      guard let layer = node.layer else {
        let input = Input(node.inputShape, name: node.name)
        inputs.append(input)
        tensors[node.id] = input
        continue
      }
      let placed = quantized(node, layer, &names, &folded)
      tensors[node.id] = placed(node.inputs.compactMap { tensors[$0] })
      explanations.append(
        Explanation(name: placed.name, layer: describe(node, layer), decisions: node.decisions))
    }
    return (inputs, outputs.compactMap { tensors[$0] }, explanations)
  }

  /// Whether a node's layer gets a wrapper, which its name then belongs to.
  private func isWrapped(_ node: QuantizeNode) -> Bool {
    guard let config = node.config, !node.isQuantization else { return false }
    return !config.isEmpty || node.normalization != nil
  }

  /// Wraps a layer with its quantizers; a layer without quantizers is returned as it is.
  ///
  /// Each call of a layer gets a wrapper of its own around the same layer, of which the first owns the quantizers of
  /// the weights; `folded` has the layers with a folded normalization so far.
  private func quantized(
    _ node: QuantizeNode, _ layer: Layer, _ names: inout UniqueNames,
    _ folded: inout [(node: QuantizeNode, layer: Layer)]
  ) -> Layer {
    guard isWrapped(node), let config = node.config else { return layer }
    var (inner, weights) = (layer, config.weights)
    let first = nodes.first { $0.isCall(ofSameWeightsAs: node) && isWrapped($0) }
    if let normalization = node.normalization {
      inner =
        folded.first { $0.node.isCall(ofSameWeightsAs: node) }?.layer
        ?? FoldedBatchNorm(
          layer, normalization, quantizer: weights.first?.quantizer, folding: scheme.batchNormFolding,
          freezesAfter: scheme.freezesBatchNormAfter)
      folded.append((node, inner))
      weights = []
    }
    var output: Quantizer?
    switch config.output {
    case .unchanged: break
    case .quantized(let quantizer): output = quantizer
    case .sharedWithInput: output = effectiveQuantizer(of: node.inputs[0])
    }
    return QuantizeWrapper(
      inner, weights: weights, output: output, sharesOutputQuantizer: node.sharesInputGrid,
      sharesWeightQuantizers: first.map { $0.id != node.id } ?? false,
      poolsBeforeRounding: output == nil || scheme.poolsBeforeRounding,
      name: names.unique("quant_\(inner.name)"))
  }

  private func describe(_ node: QuantizeNode, _ layer: Layer) -> String {
    let type = "\(type(of: layer))"
    return node.normalization == nil ? type : "\(type) + BatchNormalization"
  }
}
