import Layers
import Support

/// Splits a layer with an activation into a linear layer and an activation layer.
///
/// So `Dense(units: 3, activation: .relu)` is quantized as `Dense(units: 3)` with a ReLU behind it.
struct SplitActivation: QuantizeTransform {
  let name = "activation as a layer"

  func applyOnce(to graph: inout QuantizeGraph) throws(QuantizationError) -> Bool {
    for node in graph.nodes where node.isAnnotated {
      guard let layer = node.layer, let (linear, function) = Self.split(layer) else { continue }
      let activation = Activation(function, name: graph.uniqueName("\(layer.name)_\(function)"))
      graph[node.id].layer = linear
      graph[node.id].decisions.append(
        Decision(
          action: .rewritten, tensor: "layer", rule: name,
          reason: "its activation, \(function), is a layer of its own now: \(activation.name)"))
      graph.moveWeights(of: layer, to: linear)
      if !layer.trainable { (linear.trainable, activation.trainable) = (false, false) }
      // The user's configuration describes the layer with its activation, so its output is the activation's.
      var config = try graph.registry.config(for: activation)
      if node.hasOwnConfig, let own = node.config {
        config = QuantizeConfig(weights: [], output: own.output)
        if case .unchanged = own.output {
        } else {
          graph[node.id].removeOutput(
            .moved, rule: name, reason: "the configuration's output is that of \(activation.name)")
        }
      }
      let rule = node.hasOwnConfig ? "configuration" : "registry"
      let id = graph.insert(
        activation, after: node.id, config: config, decisions: [.output(of: config, rule: rule)])
      graph[id].hasOwnConfig = node.hasOwnConfig
      return true
    }
    return false
  }

  /// The layer without its activation, and the activation's function; nil without an activation.
  private static func split(_ layer: Layer) -> (linear: Layer, function: ActivationFunction)? {
    switch layer {
    case let layer as Dense where layer.activation != .linear:
      (Dense(units: layer.units, useBias: layer.useBias, name: layer.name), layer.activation)
    case let layer as Conv2D where layer.activation != .linear:
      (
        Conv2D(
          filters: layer.filters, kernelSize: layer.kernelSize, strides: layer.strides,
          padding: layer.padding, useBias: layer.useBias, name: layer.name), layer.activation
      )
    case let layer as DepthwiseConv2D where layer.activation != .linear:
      (
        DepthwiseConv2D(
          kernelSize: layer.kernelSize, strides: layer.strides, padding: layer.padding,
          depthMultiplier: layer.depthMultiplier, useBias: layer.useBias, name: layer.name),
        layer.activation
      )
    default: nil
    }
  }
}

/// Splits a SeparableConv2D into a DepthwiseConv2D and a 1×1 Conv2D, as runtimes compute it.
///
/// Both kernels and the values between the two are quantized. A user's configuration names `depthwise_kernel` and
/// `pointwise_kernel`; its output is that of the second convolution.
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
