import Layers

/// SeparableConv2D becomes a DepthwiseConv2D and a 1×1 Conv2D, which is how runtimes compute it: between the
/// two the values are rounded, and both kernels are quantized.
///
/// A configuration of the user's own names `depthwise_kernel` and `pointwise_kernel`; its output is that of
/// the second convolution.
struct SplitSeparableConvolution: QuantizeTransform {
  let name = "separable convolution as two"

  func applyOnce(to graph: inout QuantizeGraph) throws(QuantizationError) -> Bool {
    for node in graph.nodes where node.isAnnotated {
      guard let layer = node.layer as? SeparableConv2D else { continue }
      let depthwise = DepthwiseConv2D(
        kernelSize: layer.kernelSize, strides: layer.strides, padding: layer.padding,
        depthMultiplier: layer.depthMultiplier, useBias: false,
        name: graph.uniqueName("\(layer.name)_depthwise"))
      let pointwise = Conv2D(
        filters: layer.filters, kernelSize: 1, activation: layer.activation, useBias: layer.useBias,
        name: layer.name)
      if !layer.trainable { (depthwise.trainable, pointwise.trainable) = (false, false) }
      graph.moveWeights(of: layer, to: depthwise, names: ["depthwise_kernel": "depthwise_kernel"])
      graph.moveWeights(of: layer, to: pointwise, names: ["pointwise_kernel": "kernel", "bias": "bias"])
      var first = try graph.registry.config(for: depthwise)
      var second = try graph.registry.config(for: pointwise)
      if node.hasOwnConfig, let own = node.config {
        first = QuantizeConfig(
          weights: own.weights.filter { $0.name == "depthwise_kernel" }, output: first.output)
        second = QuantizeConfig(
          weights: own.weights.filter { $0.name != "depthwise_kernel" }.map { name, quantizer in
            (name: name == "pointwise_kernel" ? "kernel" : name, quantizer: quantizer)
          }, output: own.output)
      }
      let rule = node.hasOwnConfig ? "configuration" : "registry"
      let reason = "a separable convolution runs as a depthwise and a 1×1 convolution"
      let decision = Decision(action: .rewritten, tensor: "layer", rule: name, reason: reason)
      graph[node.id].layer = depthwise
      (graph[node.id].config, graph[node.id].name) = (first, depthwise.name)
      graph[node.id].decisions = [decision] + Decision.placements(of: first, rule: rule)
      let id = graph.insert(
        pointwise, after: node.id, config: second,
        decisions: [decision] + Decision.placements(of: second, rule: rule))
      graph[id].hasOwnConfig = node.hasOwnConfig
      return true
    }
    return false
  }
}
