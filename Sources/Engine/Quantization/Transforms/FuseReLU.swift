import Layers

/// A ReLU behind a convolution, a dense layer or an Add runs in the same operation: its output is rounded,
/// and nothing before it.
///
/// Only the quantizer of the output goes; the weights keep theirs. (TFMOT takes away both.)
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

  /// A ReLU, with or without an upper limit, as a layer or as an activation.
  static func isReLU(_ layer: Layer?) -> Bool {
    switch layer {
    case is ReLU: true
    case let layer as Activation: layer.function == .relu || layer.function == .relu6
    default: false
    }
  }
}
