import Layers
import Support

/// Splits a layer with an activation into a linear layer and an activation layer.
///
/// So `Dense(units: 3, activation: .relu)` is quantized as `Dense(units: 3)` with a ReLU behind it.
struct SplitActivation: QuantizeTransform {
  let name = "activation as a layer"

  func applyOnce(to graph: inout QuantizeGraph) throws(QuantizationError) -> Bool {
    for node in graph.nodes where node.isAnnotated {
      guard let layer = node.layer, let semantics = layer.linearSemantics, semantics.activation != .linear
      else { continue }
      let (linear, function) = (semantics.withoutActivation(), semantics.activation)
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
}

/// Splits a layer that stands for two into these: a SeparableConv2D into a DepthwiseConv2D and a 1×1 Conv2D.
///
/// Both kernels and the values between the two are quantized. A user's configuration names the weights of the layer as
/// it was, `depthwise_kernel` and `pointwise_kernel`; its output is that of the last layer.
struct SplitComposite: QuantizeTransform {
  let name = "separable convolution as two"

  func applyOnce(to graph: inout QuantizeGraph) throws(QuantizationError) -> Bool {
    for node in graph.nodes where node.isAnnotated {
      guard let layer = node.layer, case .composite(let composite) = layer.semantics else { continue }
      let parts = composite.layers { graph.uniqueName($0) }
      let rule = node.hasOwnConfig ? "configuration" : "registry"
      let reason = "a separable convolution runs as a depthwise and a 1×1 convolution"
      let decision = Decision(action: .rewritten, tensor: "layer", rule: name, reason: reason)
      var last = node.id
      for (index, part) in parts.enumerated() {
        if !layer.trainable { part.trainable = false }
        let weights = composite.weights.filter { $0.layer == index }
        let names = Dictionary(uniqueKeysWithValues: weights.map { ($0.name, $0.target) })
        graph.moveWeights(of: layer, to: part, names: names)
        var config = try graph.registry.config(for: part)
        if node.hasOwnConfig, let own = node.config {
          config = QuantizeConfig(
            weights: own.weights.compactMap { name, quantizer in names[name].map { ($0, quantizer) } },
            output: index == parts.count - 1 ? own.output : config.output)
        }
        let decisions = [decision] + Decision.placements(of: config, rule: rule)
        if index == 0 {
          (graph[node.id].layer, graph[node.id].config, graph[node.id].name) = (part, config, part.name)
          graph[node.id].decisions = decisions
        } else {
          last = graph.insert(part, after: last, config: config, decisions: decisions)
          graph[last].hasOwnConfig = node.hasOwnConfig
        }
      }
      return true
    }
    return false
  }
}
