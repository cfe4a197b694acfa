import Layers

/// Folds a batch normalization into the kernel and bias of the convolution or dense layer before it.
///
/// A normalization with its own configuration remains a layer, as the user wants. A configuration of the layer
/// before it applies to both together: it quantizes the folded kernel and the normalized output.
struct FoldBatchNormalization: QuantizeTransform {
  let name = "batch-norm folding"

  func applyOnce(to graph: inout QuantizeGraph) throws(QuantizationError) -> Bool {
    for node in graph.nodes {
      guard node.isAnnotated, !node.hasOwnConfig,
        case .normalization(let normalization)? = node.layer?.semantics,
        let producer = graph.soleProducer(of: node.id), producer.isAnnotated, producer.isLinear,
        producer.normalization == nil, let layer = producer.layer,
        let kernel = layer.linearSemantics?.kernelName
      else { continue }
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

/// Fuses a ReLU with the convolution, dense layer, sum, difference or product before it: only the ReLU's output is quantized.
///
/// The layer before loses the quantizer of its output and keeps those of its weights. (TFMOT removes both.)
struct FuseReLU: QuantizeTransform {
  let name = "ReLU fusion"

  func applyOnce(to graph: inout QuantizeGraph) throws(QuantizationError) -> Bool {
    for node in graph.nodes {
      guard node.isAnnotated, node.layer?.elementFunction?.reluRange != nil,
        let producer = graph.soleProducer(of: node.id),
        producer.outputQuantizer != nil, !producer.hasOwnConfig,
        producer.isLinear || producer.combinesElements
      else { continue }
      graph[producer.id].removeOutput(
        .moved, rule: name,
        reason: "the runtime computes \(producer.name) and \(node.name) in one operation and rounds once, "
          + "behind \(node.name)")
      return true
    }
    return false
  }
}
