import Layers
import Quantizers
import Tensors

/// Reads a built model into a graph.
///
/// It copies the layers, replaces models inside the model by their layers, and gives each annotated layer its
/// configuration.
struct GraphReader {
  private let scheme: QuantizeScheme
  private let annotatesAll: Bool
  private var nodes: [QuantizeNode] = []
  private var weights: [QuantizeGraph.WeightSource] = []
  private var calls: [LayerCalls] = []
  private var names = UniqueNames()

  /// An original layer, its copy, and the number of its calls.
  private struct LayerCalls {
    let layer: Layer
    let copy: Layer
    var count = 1
    var annotatedCount: Int
  }

  /// A call of a layer in the original, before it has become a node.
  private struct Call {
    let inputShapes: [[Int]]
    let outputShape: [Int]
    let inputs: [Int]
    let prefix: String
    var isAnnotated: Bool
    var isTrainable: Bool
    var config: QuantizeConfig?
  }

  /// Reads the graph of a model.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - scheme: The runtime to simulate.
  ///   - annotatesAll: Whether layers without annotation are read as annotated ones.
  /// - Returns: The graph.
  /// - Throws: ``QuantizationError`` if the model or a layer in it cannot be quantized.
  static func graph(
    of model: Model, scheme: QuantizeScheme, annotatesAll: Bool
  ) throws(QuantizationError) -> QuantizeGraph {
    var reader = GraphReader(scheme: scheme, annotatesAll: annotatesAll)
    let outputs = try reader.read(
      model, inputs: nil, prefix: "", isAnnotated: false, isTrainable: model.trainable)
    // Layers keep their names where an input of the model has the same.
    for index in reader.nodes.indices where reader.nodes[index].layer == nil {
      reader.nodes[index].name = reader.names.unique(reader.nodes[index].name)
    }
    for calls in reader.calls where ![0, calls.count].contains(calls.annotatedCount) {
      throw .sharedLayer(layer: calls.layer.title, calls: calls.count, annotated: calls.annotatedCount)
    }
    guard reader.nodes.contains(where: \.isAnnotated) else {
      throw .nothingAnnotated(model: model.title)
    }
    return QuantizeGraph(
      nodes: reader.nodes, outputs: outputs, scheme: scheme, weights: reader.weights, names: reader.names)
  }

  private init(scheme: QuantizeScheme, annotatesAll: Bool) {
    (self.scheme, self.annotatesAll) = (scheme, annotatesAll)
  }

  /// Reads a model's layers.
  ///
  /// - Parameters:
  ///   - model: The model, or a model inside it.
  ///   - inputs: The nodes that a model inside is called with; nil for the outermost model.
  ///   - prefix: The beginning of the layers' names.
  ///   - isAnnotated: Whether the model itself is annotated.
  ///   - isTrainable: Whether the model and all models around it are trainable.
  /// - Returns: The nodes of the outputs.
  /// - Throws: ``QuantizationError`` if a layer cannot be quantized.
  private mutating func read(
    _ model: Model, inputs: [Int]?, prefix: String, isAnnotated: Bool, isTrainable: Bool
  ) throws(QuantizationError) -> [Int] {
    var ids: [Int] = []
    for node in model.nodes {
      guard let input = node.output as? Input else {
        let call = Call(
          inputShapes: node.inputs.map { model.nodes[$0].outputShape }, outputShape: node.outputShape,
          inputs: node.inputs.map { ids[$0] }, prefix: prefix, isAnnotated: isAnnotated,
          isTrainable: isTrainable && node.layer.trainable)
        ids.append(try read(node.layer, call))
        continue
      }
      ids.append(inputs?[ids.count] ?? add(layer: nil, name: input.layer.name, inputs: []))
      if inputs == nil { nodes[nodes.count - 1].inputShape = input.shape }
    }
    return model.outputIndices.map { ids[$0] }
  }

  private mutating func read(_ layer: Layer, _ call: Call) throws(QuantizationError) -> Int {
    switch layer {
    case let annotation as QuantizeAnnotate: return try read(annotation, call)
    case let model as Model:
      // A configuration names weights of one layer, and a model has many.
      guard call.config == nil else {
        throw .unsupportedLayer(
          layer: model.title,
          remedy: "a configuration is for one layer, and this is a model: annotate the layers inside it")
      }
      return try read(
        model, inputs: call.inputs, prefix: "\(call.prefix)\(model.name)_", isAnnotated: call.isAnnotated,
        isTrainable: call.isTrainable)[0]
    default:
      if let inner = layer.allLayers.first(where: { $0 is QuantizeAnnotate }) as? QuantizeAnnotate {
        throw .unsupportedLayer(
          layer: layer.title,
          remedy: "\(inner.layer.title) inside it is annotated, and only whole layers of a model can be: "
            + "annotate this one, with a configuration that names the weights inside by their paths")
      }
      if let mistake = layer.semanticsMistake(inputs: call.inputShapes, output: call.outputShape) {
        throw .unsupportedLayer(layer: layer.title, remedy: mistake)
      }
      let name = names.unique(call.prefix + layer.name)
      let isAnnotated = call.isAnnotated || annotatesAll
      let copy = try copy(of: layer, named: name, isAnnotated: isAnnotated)
      if !call.isTrainable || !layer.trainable { copy.trainable = false }
      let id = add(layer: copy, name: name, inputs: call.inputs)
      if isAnnotated { try configure(layer, call) }
      return id
    }
  }

  private mutating func read(
    _ annotation: QuantizeAnnotate, _ call: Call
  ) throws(QuantizationError) -> Int {
    guard !call.isAnnotated else { throw .annotatedTwice(layer: annotation.layer.title) }
    if let config = annotation.config, config.isEmpty {
      throw .configWithoutQuantizers(layer: annotation.layer.title)
    }
    var call = call
    (call.isAnnotated, call.config) = (true, annotation.config)
    return try read(annotation.layer, call)
  }

  /// Gives the last node its configuration: the user's, or the scheme's.
  private mutating func configure(_ layer: Layer, _ call: Call) throws(QuantizationError) {
    let config: QuantizeConfig
    if let own = call.config { config = own.copied() } else { config = try registryConfig(for: layer) }
    for (name, quantizer) in config.weights {
      guard let weight = layer.namedWeights.first(where: { $0.path == name }) else {
        throw .unknownWeight(layer: layer.title, weight: name, known: layer.namedWeights.map(\.path))
      }
      guard quantizer.format.fits(weight: weight.variable.shape) else {
        throw .noChannels(layer: layer.title, tensor: name, shape: weight.variable.shape)
      }
    }
    if case .quantized(let quantizer) = config.output, !quantizer.format.fits(example: call.outputShape) {
      throw .noChannels(layer: layer.title, tensor: "an example of its output", shape: call.outputShape)
    }
    let last = nodes.count - 1
    (nodes[last].config, nodes[last].hasOwnConfig) = (config, call.config != nil)
    if call.config == nil, Self.isReplaced(layer) { return }
    nodes[last].decisions += Decision.placements(
      of: config, rule: call.config == nil ? "registry" : "configuration")
  }

  /// The registry's configuration; an empty one for a layer that a transform will replace.
  private func registryConfig(for layer: Layer) throws(QuantizationError) -> QuantizeConfig {
    Self.isReplaced(layer)
      ? QuantizeConfig(weights: [], output: .unchanged)
      : try QuantizeRegistry(scheme: scheme).config(for: layer)
  }

  /// Whether a transform will replace the layer, or fold it into another one.
  private static func isReplaced(_ layer: Layer) -> Bool {
    switch layer.semantics {
    case .normalization, .composite: true
    default: false
    }
  }

  private mutating func add(layer: Layer?, name: String, inputs: [Int]) -> Int {
    nodes.append(QuantizeNode(id: nodes.count, layer: layer, name: name, inputs: inputs))
    return nodes.count - 1
  }

  /// Copies a layer: once for all its calls if it has weights, else for each call, which then has its own range.
  private mutating func copy(
    of layer: Layer, named name: String, isAnnotated: Bool
  ) throws(QuantizationError) -> Layer {
    if let index = calls.firstIndex(where: { $0.layer === layer }), !layer.weights.isEmpty || !isAnnotated {
      calls[index].count += 1
      calls[index].annotatedCount += isAnnotated ? 1 : 0
      return calls[index].copy
    }
    let copy: Layer
    do { copy = try layer.copiedWithState(named: name) } catch { throw .notCopyable(error) }
    guard !layer.weights.isEmpty || !isAnnotated else { return copy }
    calls.append(LayerCalls(layer: layer, copy: copy, annotatedCount: isAnnotated ? 1 : 0))
    weights += layer.namedWeights.map {
      QuantizeGraph.WeightSource(original: $0.variable, layer: copy, name: $0.path)
    }
    return copy
  }
}

extension QuantizerFormat {
  /// Whether a weight of this shape has all per-channel axes, and at least one other axis.
  fileprivate func fits(weight shape: [Int]) -> Bool {
    axes.isEmpty || shape.count > 1 && axes.allSatisfy { (-shape.count..<shape.count).contains($0) }
  }

  /// Whether batches of examples of this shape have all per-channel axes; axis 0 is the batch and has no channels.
  fileprivate func fits(example shape: [Int]) -> Bool {
    axes.allSatisfy { $0 != 0 && (-shape.count...shape.count).contains($0) }
  }
}
