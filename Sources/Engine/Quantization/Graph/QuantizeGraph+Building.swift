import Layers
import Quantizers
import Tensors

extension QuantizeGraph {
  /// The nodes as layers of a model, connected, with what was decided for each.
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
      (placed as? QuantizeWrapper)?.requantization = requantization(of: node)
      tensors[node.id] = placed(node.inputs.compactMap { tensors[$0] })
      explanations.append(
        Explanation(name: placed.name, layer: describe(node, layer), decisions: node.decisions))
    }
    return (inputs, outputs.compactMap { tensors[$0] }, explanations)
  }

  /// The layer with its quantizers around it, or as it is if there are none.
  private func quantized(_ node: QuantizeNode, _ layer: Layer) -> Layer {
    guard let config = node.config, !(layer is QuantizeLayer) else { return layer }
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

  /// How integers round what a node with a kernel or an average pooling gives; nil if the scheme does not say, or a grid is missing.
  private func requantization(of node: QuantizeNode) -> RequantizationContext? {
    guard let rule = scheme.requantization, node.inputs.count == 1,
      let input = effectiveQuantizer(of: node.inputs[0])
    else { return nil }
    if node.layer is AveragePooling2D, node.isOnItsInputsGrid {
      return RequantizationContext(rule: rule, input: input, output: input)
    }
    guard node.isLinear, let output = node.outputQuantizer ?? quantizer(behind: node.id) else { return nil }
    return RequantizationContext(rule: rule, input: input, output: output)
  }

  /// The quantizer that all readers of a node's values put them on the grid of; nil if there is none such.
  private func quantizer(behind id: Int) -> Quantizer? {
    let found = consumers(of: id).map { reader -> Quantizer? in
      let node = self[reader]
      guard
        node.passesThrough || FuseReLU.isReLU(node.layer) || node.layer is Concatenate
          || node.layer is QuantizeLayer
      else { return nil }
      return node.outputQuantizer ?? quantizer(behind: reader)
    }
    guard let first = found.first, found.allSatisfy({ $0 === first }) else { return nil }
    return first
  }

  private func describe(_ node: QuantizeNode, _ layer: Layer) -> String {
    let type = "\(type(of: layer))"
    return node.normalization == nil ? type : "\(type) + BatchNormalization"
  }
}
