import Layers
import Quantizers
import Tensors

extension QuantizeGraph {
  /// Reads a built model: copies its layers, opens the models inside it, and gives each annotated layer its
  /// configuration.
  ///
  /// - Throws: `QuantizationError` if the model or a layer in it cannot be quantized.
  init(reading model: Model, scheme: QuantizeScheme) throws(QuantizationError) {
    var reader = Reader(scheme: scheme)
    let outputs = try reader.read(model, inputs: nil, prefix: "", annotated: false)
    try reader.checkShared()
    guard reader.nodes.contains(where: \.isAnnotated) else {
      throw .nothingAnnotated(model: model.title)
    }
    self.init(nodes: reader.nodes, outputs: outputs, scheme: scheme, weights: reader.weights)
  }

  /// What is known while a model is read.
  private struct Reader {
    let scheme: QuantizeScheme
    var nodes: [QuantizeNode] = []
    var weights: [WeightSource] = []
    /// For each original layer: its copy, and how often it is called.
    private var copies: [ObjectIdentifier: (layer: Layer, copy: Layer, calls: Int, annotated: Bool)] = [:]
    private var order: [ObjectIdentifier] = []
    private var taken: Set<String> = []

    init(scheme: QuantizeScheme) { self.scheme = scheme }

    /// Reads a model and returns its outputs.
    ///
    /// `inputs` are the nodes that a model inside another is called with.
    mutating func read(
      _ model: Model, inputs: [Int]?, prefix: String, annotated: Bool
    ) throws(QuantizationError) -> [Int] {
      if let quantized = model as? QuantizedModel { throw .alreadyQuantized(layer: quantized.title) }
      var ids: [Int] = []
      for node in model.nodes {
        if let input = node.output as? Input {
          if let inputs {
            ids.append(inputs[ids.count])
          } else {
            ids.append(add(layer: nil, name: node.layer.name, inputs: []))
            nodes[nodes.count - 1].inputShape = input.shape
          }
          continue
        }
        let sources = node.inputs.map { ids[$0] }
        ids.append(
          try read(node.layer, inputs: sources, prefix: prefix, annotated: annotated, config: nil))
      }
      return model.outputPlaces.map { ids[$0] }
    }

    private mutating func read(
      _ layer: Layer, inputs: [Int], prefix: String, annotated: Bool, config: QuantizeConfig?
    ) throws(QuantizationError) -> Int {
      switch layer {
      case is QuantizeWrapper, is QuantizeLayer, is FoldedBatchNorm:
        throw .alreadyQuantized(layer: layer.title)
      case let mark as QuantizeAnnotate:
        guard !annotated else { throw .annotatedTwice(layer: mark.layer.title) }
        if let config = mark.config, config.isEmpty {
          throw .configWithoutQuantizers(layer: mark.layer.title)
        }
        return try read(
          mark.layer, inputs: inputs, prefix: prefix, annotated: true, config: mark.config)
      case let model as Model:
        return try read(
          model, inputs: inputs, prefix: "\(prefix)\(model.name)_", annotated: annotated)[0]
      default: break
      }
      let inside = layer.allLayers.first {
        $0 is QuantizeWrapper || $0 is QuantizeLayer || $0 is FoldedBatchNorm
      }
      if let inside { throw .alreadyQuantized(layer: inside.title) }
      let copy = copy(of: layer, annotated: annotated)
      let id = add(layer: copy, name: unique("\(prefix)\(layer.name)"), inputs: inputs)
      if annotated { try configure(id, layer, config) }
      return id
    }

    private mutating func configure(
      _ id: Int, _ layer: Layer, _ own: QuantizeConfig?
    ) throws(QuantizationError) {
      var config: QuantizeConfig
      if let own {
        config = own.copied()
      } else if layer is BatchNormalization {
        // It has to be folded; if nothing folds it, the registry refuses it in the end.
        config = QuantizeConfig(weights: [], output: .unchanged)
      } else if layer is SeparableConv2D {
        config = QuantizeConfig(weights: [], output: .unchanged)
      } else {
        config = try QuantizeRegistry(scheme: scheme).config(for: layer)
      }
      for (name, quantizer) in config.weights {
        guard let weight = layer.namedWeights.first(where: { $0.path == name }) else {
          throw .unknownWeight(
            layer: layer.title, weight: name, known: layer.namedWeights.map(\.path))
        }
        guard quantizer.format.fits(weight.variable.shape) else {
          throw .noChannels(layer: layer.title, tensor: name, shape: weight.variable.shape)
        }
      }
      let place = nodes.count - 1
      (nodes[place].config, nodes[place].hasOwnConfig) = (config, own != nil)
      let rule = own == nil ? "registry" : "configuration"
      for (name, quantizer) in config.weights {
        nodes[place].decisions.append(
          Decision(action: .placed, tensor: name, rule: rule, reason: quantizer.summary))
      }
      if !(layer is BatchNormalization || layer is SeparableConv2D) {
        nodes[place].decisions.append(.placed(config, rule: rule))
      }
    }

    private mutating func add(layer: Layer?, name: String, inputs: [Int]) -> Int {
      nodes.append(QuantizeNode(id: nodes.count, layer: layer, name: name, inputs: inputs))
      return nodes.count - 1
    }

    private mutating func copy(of layer: Layer, annotated: Bool) -> Layer {
      let identity = ObjectIdentifier(layer)
      if let known = copies[identity], !known.layer.weights.isEmpty || !annotated {
        copies[identity]?.calls += 1
        return known.copy
      }
      let copy = layer.copiedWithState()
      copies[identity] = (layer, copy, 1, annotated)
      order.append(identity)
      weights += layer.namedWeights.map { WeightSource(original: $0.variable, layer: copy, name: $0.path) }
      return copy
    }

    private mutating func unique(_ name: String) -> String {
      var (candidate, number) = (name, 2)
      while !taken.insert(candidate).inserted {
        candidate = "\(name)_\(number)"
        number += 1
      }
      return candidate
    }

    /// Stops at an annotated layer with weights that is called more than once.
    func checkShared() throws(QuantizationError) {
      for identity in order {
        guard let known = copies[identity], known.annotated, known.calls > 1 else { continue }
        throw .sharedLayer(layer: known.layer.title, calls: known.calls)
      }
    }
  }
}
