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
      graph.moveWeights(of: layer, to: linear)
      if !layer.trainable { linear.trainable = false }
      for call in graph.nodes where call.layer === layer {
        graph[call.id].layer = linear
        try addActivation(function, behind: graph[call.id], of: layer, to: &graph)
      }
      return true
    }
    return false
  }

  /// Adds the activation of a layer behind one of its calls.
  private func addActivation(
    _ function: ActivationFunction, behind node: QuantizeNode, of layer: Layer, to graph: inout QuantizeGraph
  ) throws(QuantizationError) {
    let activation = Activation(function, name: graph.uniqueName("\(layer.name)_\(function)"))
    graph[node.id].decisions.append(
      Decision(
        action: .rewritten, tensor: "layer", rule: name,
        reason: "its activation, \(function), is a layer of its own now: \(activation.name)"))
    if !layer.trainable { activation.trainable = false }
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
      for (index, part) in parts.enumerated() {
        if !layer.trainable { part.trainable = false }
        graph.moveWeights(of: layer, to: part, names: names(in: composite, ofLayer: index))
      }
      for call in graph.nodes where call.layer === layer {
        try replace(call, of: composite, by: parts, in: &graph)
      }
      return true
    }
    return false
  }
  /// The names of a composite's weights that one of its layers takes, and their names there.
  private func names(in composite: CompositeSemantics, ofLayer index: Int) -> [String: String] {
    let weights = composite.weights.filter { $0.layer == index }
    return Dictionary(uniqueKeysWithValues: weights.map { ($0.name, $0.target) })
  }

  /// Puts the layers of a composite in the place of one of its calls.
  private func replace(
    _ node: QuantizeNode, of composite: CompositeSemantics, by parts: [Layer], in graph: inout QuantizeGraph
  ) throws(QuantizationError) {
    let rule = node.hasOwnConfig ? "configuration" : "registry"
    let reason = "a separable convolution runs as a depthwise and a 1×1 convolution"
    let decision = Decision(action: .rewritten, tensor: "layer", rule: name, reason: reason)
    var last = node.id
    for (index, part) in parts.enumerated() {
      var config = try graph.registry.config(for: part)
      if node.hasOwnConfig, let own = node.config {
        let names = names(in: composite, ofLayer: index)
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
  }
}
