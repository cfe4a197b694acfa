import Layers

/// A batch normalization behind a convolution or a dense layer goes into its kernel and its bias.
struct FoldBatchNormalization: QuantizeTransform {
  let name = "batch-norm folding"

  func applyOnce(to graph: inout QuantizeGraph) throws(QuantizationError) -> Bool {
    for node in graph.nodes {
      guard node.isAnnotated, let normalization = node.layer as? BatchNormalization,
        let producer = graph.soleProducer(of: node.id), producer.isAnnotated, producer.isLinear,
        producer.normalization == nil
      else { continue }
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
