import Layers
import Quantizers
import Support
import Tensors

/// A model being quantized, as a graph of nodes that transforms rewrite.
struct QuantizeGraph {
  /// The nodes, each after the nodes that it takes its inputs from.
  private(set) var nodes: [QuantizeNode]
  /// The ids of the nodes whose outputs are the model's.
  private(set) var outputs: [Int]
  /// The scheme, which has the rules.
  let scheme: QuantizeScheme
  /// The destinations of the original model's weights.
  var weights: [WeightSource]
  private var nextID: Int
  private var names: UniqueNames

  /// A weight of the original model, and the layer and name of the new weight that takes its value.
  ///
  /// The new weight has a name only, because its layer is not built yet.
  struct WeightSource {
    let original: Variable
    let layer: Layer
    let name: String
  }

  init(
    nodes: [QuantizeNode], outputs: [Int], scheme: QuantizeScheme, weights: [WeightSource],
    names: UniqueNames
  ) {
    (self.nodes, self.outputs, self.scheme, self.weights) = (nodes, outputs, scheme, weights)
    self.names = names
    nextID = (nodes.map(\.id).max() ?? -1) + 1
  }

  /// The registry of the scheme.
  var registry: QuantizeRegistry { QuantizeRegistry(scheme: scheme) }

  /// The node with an id.
  subscript(id: Int) -> QuantizeNode {
    get { nodes[index(of: id)] }
    set { nodes[index(of: id)] = newValue }
  }

  /// Makes a name that no node has; each new layer needs one call.
  mutating func uniqueName(_ name: String) -> String { names.unique(name) }

  /// The ids of the nodes that take a node's output, each once, in order.
  func consumers(of id: Int) -> [Int] { nodes.filter { $0.inputs.contains(id) }.map(\.id) }

  /// The producer of a node's only input, if nothing else consumes it and it is no output of the model.
  func soleProducer(of id: Int) -> QuantizeNode? {
    let node = self[id]
    guard node.inputs.count == 1, consumers(of: node.inputs[0]) == [id], !outputs.contains(node.inputs[0])
    else { return nil }
    return self[node.inputs[0]]
  }

  /// The node whose values reach a node's output unchanged: the node itself, or one before it.
  func source(of id: Int) -> QuantizeNode {
    var node = self[id]
    while node.passesThrough, node.inputs.count == 1 { node = self[node.inputs[0]] }
    return node
  }

  /// The quantizer whose grid a node's output is on; nil if the output is in float.
  func effectiveQuantizer(of id: Int) -> Quantizer? {
    let node = source(of: id)
    if node.sharesInputGrid { return effectiveQuantizer(of: node.inputs[0]) }
    return node.outputQuantizer
  }

  /// Inserts a node after another one.
  ///
  /// - Parameters:
  ///   - layer: The layer of the new node.
  ///   - id: The node whose output it takes.
  ///   - consumers: The consumers that take the new node's output instead; nil for all of them, and for the model's
  ///     output.
  ///   - config: What is quantized in the layer.
  ///   - decisions: The decisions that led to it.
  /// - Returns: The id of the new node.
  mutating func insert(
    _ layer: Layer, after id: Int, for consumers: [Int]? = nil, config: QuantizeConfig?,
    decisions: [Decision] = []
  ) -> Int {
    var node = QuantizeNode(id: nextID, layer: layer, name: layer.name, inputs: [id], config: config)
    node.decisions = decisions
    nextID += 1
    for index in nodes.indices where consumers?.contains(nodes[index].id) ?? true {
      nodes[index].inputs = nodes[index].inputs.map { $0 == id ? node.id : $0 }
    }
    if consumers == nil { outputs = outputs.map { $0 == id ? node.id : $0 } }
    nodes.insert(node, at: index(of: id) + 1)
    return node.id
  }

  /// Replaces a node by another one as an output of the model.
  mutating func replaceOutput(_ id: Int, by other: Int) {
    outputs = outputs.map { $0 == id ? other : $0 }
  }

  /// Removes a node of one input; its consumers take its input.
  mutating func remove(_ id: Int) {
    let node = self[id]
    for index in nodes.indices {
      nodes[index].inputs = nodes[index].inputs.map { $0 == id ? node.inputs[0] : $0 }
    }
    outputs = outputs.map { $0 == id ? node.inputs[0] : $0 }
    nodes.removeAll { $0.id == id }
  }

  /// Redirects the weights of one layer to another.
  ///
  /// - Parameters:
  ///   - layer: The layer that has the weights.
  ///   - target: The layer that takes them.
  ///   - names: The names of the weights to move, and their names in `target`; nil moves all, which keep their names.
  mutating func moveWeights(of layer: Layer, to target: Layer, names: [String: String]? = nil) {
    weights = weights.map { source in
      guard source.layer === layer, let name = names.map({ $0[source.name] }) ?? source.name else {
        return source
      }
      return WeightSource(original: source.original, layer: target, name: name)
    }
  }

  private func index(of id: Int) -> Int {
    guard let index = nodes.firstIndex(where: { $0.id == id }) else {
      stop("the graph has no node \(id); it has \(nodes.map(\.id))")
    }
    return index
  }
}

extension QuantizeGraph {
  /// The quantizers of all nodes.
  var quantizers: [Quantizer] {
    nodes.flatMap { node in
      (node.config?.weights.map(\.quantizer) ?? []) + (node.outputQuantizer.map { [$0] } ?? [])
    }
  }

  /// The variable of the built layers that stands for a weight of the original.
  func variable(for original: Variable) -> Variable? {
    guard let source = weights.first(where: { $0.original === original }) else { return nil }
    return source.layer.namedWeights.first { $0.path == source.name }?.variable
  }
}

/// One call of a layer, or one input, of a model that is being quantized.
///
/// The layer is a copy, not built yet, for the quantized model.
struct QuantizeNode {
  /// The id by which other nodes refer to it; it never changes.
  let id: Int
  /// The layer, or nil for an input of the model.
  var layer: Layer?
  /// The name of the layer or input.
  var name: String
  /// The shape of one example, for an input of the model.
  var inputShape: [Int] = []
  /// The ids of the nodes whose outputs it takes.
  var inputs: [Int]
  /// What is quantized; nil leaves the layer in float.
  var config: QuantizeConfig?
  /// Whether the configuration is the user's, which no transform may change.
  var hasOwnConfig = false
  /// The normalization folded into the layer.
  var normalization: BatchNormalization?
  /// The decisions, in order.
  var decisions: [Decision] = []

  /// Whether another node is a call of the same layer, with the same normalization folded into it.
  func isCall(ofSameWeightsAs other: QuantizeNode) -> Bool {
    layer != nil && layer === other.layer && normalization === other.normalization
  }

  /// Whether the layer is to be quantized.
  var isAnnotated: Bool { config != nil }

  /// The quantizer of the output, if the node has its own.
  var outputQuantizer: Quantizer? {
    if case .quantized(let quantizer)? = config?.output { return quantizer }
    return nil
  }

  /// Whether the output is quantized to the grid of the input.
  var sharesInputGrid: Bool {
    if case .sharedWithInput? = config?.output { return true }
    return false
  }

  /// Whether the layer quantizes nothing and keeps its input's grid.
  var passesThrough: Bool {
    guard let config, config.isEmpty else { return false }
    return layer?.preservesQuantization ?? false
  }

  /// Whether the layer multiplies by a kernel and has no activation, so that a normalization or ReLU can be fused.
  var isLinear: Bool {
    layer?.linearSemantics?.activation == .linear
  }

  /// Whether the layer adds, subtracts or multiplies its inputs, so that a ReLU can be fused.
  var combinesElements: Bool {
    switch layer?.semantics {
    case .addition, .subtraction, .multiplication: true
    default: false
    }
  }

  /// Whether the layer is a fake quantization on an edge of the graph.
  var isQuantization: Bool { layer.map { QuantizedParts($0).quantization != nil } ?? false }

  /// Whether the layer joins its inputs.
  var isConcatenation: Bool { if case .concatenation? = layer?.semantics { true } else { false } }

  /// Removes the quantizer of the output, and records why.
  mutating func removeOutput(_ action: Decision.Action, rule: String, reason: String) {
    guard let config else { return }
    self.config = QuantizeConfig(weights: config.weights, output: .unchanged)
    decisions.append(Decision(action: action, tensor: "output", rule: rule, reason: reason))
  }
}
