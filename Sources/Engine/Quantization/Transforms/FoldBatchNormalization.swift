import Layers

/// A batch normalization behind a convolution or a dense layer goes into its kernel and its bias.
///
/// One with a configuration of its own stays a layer: the user wants it so. A configuration of the layer before
/// it holds for the two together: its quantizers are those of the folded kernel and of the normalized output.
struct FoldBatchNormalization: QuantizeTransform {
  let name = "batch-norm folding"

  func applyOnce(to graph: inout QuantizeGraph) throws(QuantizationError) -> Bool {
    for node in graph.nodes {
      guard node.isAnnotated, !node.hasOwnConfig, let normalization = node.layer as? BatchNormalization,
        let producer = graph.soleProducer(of: node.id), producer.isAnnotated, producer.isLinear,
        producer.normalization == nil, let layer = producer.layer
      else { continue }
      let kernel = Layer.kernelName(of: layer)
      if let other = producer.config?.weights.first(where: { $0.name != kernel }) {
        throw .unsupportedLayer(
          layer: normalization.title,
          remedy: "it is to be folded into \(layer.title), whose configuration quantizes \(other.name), and "
            + "folding changes that: name \(kernel) alone there, or give the normalization a configuration of "
            + "its own")
      }
      graph[producer.id].normalization = normalization
      graph[producer.id].decisions.append(
        Decision(
          action: .rewritten, tensor: "layer", rule: name,
          reason: "\(normalization.name) is folded into it: what is quantized is kernel · γ/σ "
            + "(\(graph.scheme.batchNormFolding.rawValue))"))
      graph.remove(node.id)
      return true
    }
    return false
  }
}
