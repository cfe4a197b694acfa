import Layers
import Support

/// Dense(activation: .relu) becomes a linear Dense and an Activation, so that an activation is the same
/// whether it is an argument or a layer.
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
      // The user's configuration speaks of the layer with its activation: its output is the activation's.
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
        activation, after: node.id, config: config, decisions: [.placed(config, rule: rule)])
      graph[id].hasOwnConfig = node.hasOwnConfig
      return true
    }
    return false
  }

  /// The layer without its activation, and the activation; nil if it has none.
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
