import Layers

/// SeparableConv2D becomes a DepthwiseConv2D and a 1×1 Conv2D, which is how runtimes compute it: between the
/// two the values are rounded, and both kernels are quantized.
struct SplitSeparableConvolution: QuantizeTransform {
  let name = "separable convolution as two"

  func applyOnce(to graph: inout QuantizeGraph) throws(QuantizationError) -> Bool {
    for node in graph.nodes where node.isAnnotated {
      guard let layer = node.layer as? SeparableConv2D else { continue }
      if node.hasOwnConfig {
        throw .unsupportedLayer(
          layer: layer.title,
          remedy: "a configuration of one's own cannot say how its two convolutions are quantized: write a "
            + "DepthwiseConv2D and a 1×1 Conv2D, and annotate each")
      }
      let depthwise = DepthwiseConv2D(
        kernelSize: layer.kernelSize, strides: layer.strides, padding: layer.padding,
        depthMultiplier: layer.depthMultiplier, useBias: false, name: "\(layer.name)_depthwise")
      let pointwise = Conv2D(
        filters: layer.filters, kernelSize: (1, 1), activation: layer.activation, useBias: layer.useBias,
        name: layer.name)
      if !layer.trainable { (depthwise.trainable, pointwise.trainable) = (false, false) }
      graph.moveWeights(of: layer, to: depthwise, names: ["depthwise_kernel": "depthwise_kernel"])
      graph.moveWeights(of: layer, to: pointwise, names: ["pointwise_kernel": "kernel", "bias": "bias"])
      let first = try graph.registry.config(for: depthwise)
      let second = try graph.registry.config(for: pointwise)
      let reason = "a separable convolution runs as a depthwise and a 1×1 convolution"
      let decision = Decision(action: .rewritten, tensor: "layer", rule: name, reason: reason)
      (graph[node.id].layer, graph[node.id].config, graph[node.id].name) = (depthwise, first, depthwise.name)
      graph[node.id].decisions = [decision, .placed(first, rule: "registry")]
      _ = graph.insert(
        pointwise, after: node.id, config: second, decisions: [decision, .placed(second, rule: "registry")])
      return true
    }
    return false
  }
}
