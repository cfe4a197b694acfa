import Layers

/// Folds a batch normalization into the kernel and bias of the convolution or dense layer before it.
///
/// A normalization with its own configuration remains a layer, as the user wants. A configuration of the layer
/// before it applies to both together: it quantizes the folded kernel and the normalized output.
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

/// Fuses a ReLU with the convolution, dense layer or Add before it: only the ReLU's output is quantized.
///
/// The layer before loses the quantizer of its output and keeps those of its weights. (TFMOT removes both.)
struct FuseReLU: QuantizeTransform {
  let name = "ReLU fusion"

  func applyOnce(to graph: inout QuantizeGraph) throws(QuantizationError) -> Bool {
    for node in graph.nodes {
      guard node.isAnnotated, Self.isReLU(node.layer), let producer = graph.soleProducer(of: node.id),
        producer.outputQuantizer != nil, !producer.hasOwnConfig,
        producer.isLinear || producer.layer is Add
      else { continue }
      graph[producer.id].removeOutput(
        .moved, rule: name,
        reason: "the runtime computes \(producer.name) and \(node.name) in one operation and rounds once, "
          + "behind \(node.name)")
      return true
    }
    return false
  }

  /// Whether a layer is a ReLU, with or without an upper limit, as a layer or as an activation.
  static func isReLU(_ layer: Layer?) -> Bool {
    switch layer {
    case is ReLU: true
    case let layer as Activation: layer.function == .relu || layer.function == .relu6
    default: false
    }
  }
}
