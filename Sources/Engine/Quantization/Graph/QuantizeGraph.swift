import Layers
import Quantizers
import Support
import Tensors

/// A model on its way to a quantized one: nodes that transforms rewrite.
struct QuantizeGraph {
  /// The nodes, each after those it takes its inputs from.
  private(set) var nodes: [QuantizeNode]
  /// The numbers of the nodes whose outputs are the model's.
  private(set) var outputs: [Int]
  /// The rules.
  let scheme: QuantizeScheme
  /// Where each weight of the original goes: variables of layers that are not built yet, by name.
  var weights: [WeightSource]
  private var nextID: Int
  private var names: UniqueNames

  /// A weight of the original model, and the weight of a new layer that takes its value.
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

  /// The node of a number.
  subscript(id: Int) -> QuantizeNode {
    get { nodes[place(of: id)] }
    set { nodes[place(of: id)] = newValue }
  }

  /// A name that no node has, to be called for once for each new layer.
  mutating func uniqueName(_ name: String) -> String { names.unique(name) }

  /// The numbers of the nodes that take a node's output, each once, in order.
  func consumers(of id: Int) -> [Int] { nodes.filter { $0.inputs.contains(id) }.map(\.id) }

  /// The node before this one, if it has one input, which feeds nothing else and is no output of the model.
  func soleProducer(of id: Int) -> QuantizeNode? {
    let node = self[id]
    guard node.inputs.count == 1, consumers(of: node.inputs[0]) == [id], !outputs.contains(node.inputs[0])
    else { return nil }
    return self[node.inputs[0]]
  }

  /// The node whose values reach this one's output unchanged: itself, or one before it.
  func source(of id: Int) -> QuantizeNode {
    var node = self[id]
    while node.passesThrough, node.inputs.count == 1 { node = self[node.inputs[0]] }
    return node
  }

  /// The quantizer that put a node's output on its grid; nil if it is not on one.
  func effectiveQuantizer(of id: Int) -> Quantizer? {
    let node = source(of: id)
    if node.isOnItsInputsGrid { return effectiveQuantizer(of: node.inputs[0]) }
    return node.outputQuantizer
  }

  /// Puts a node right after another one, and lets some of its consumers, or the model's output, take it.
  mutating func insert(
    _ layer: Layer, after id: Int, for consumers: [Int]? = nil, config: QuantizeConfig?,
    decisions: [Decision] = []
  ) -> Int {
    var node = QuantizeNode(id: nextID, layer: layer, name: layer.name, inputs: [id], config: config)
    node.decisions = decisions
    nextID += 1
    for place in nodes.indices where consumers?.contains(nodes[place].id) ?? true {
      nodes[place].inputs = nodes[place].inputs.map { $0 == id ? node.id : $0 }
    }
    if consumers == nil { outputs = outputs.map { $0 == id ? node.id : $0 } }
    nodes.insert(node, at: place(of: id) + 1)
    return node.id
  }

  /// Makes another node's output the model's, where a node's was.
  mutating func replaceOutput(_ id: Int, by other: Int) {
    outputs = outputs.map { $0 == id ? other : $0 }
  }

  /// Takes a node of one input out; its consumers take its input.
  mutating func remove(_ id: Int) {
    let node = self[id]
    for place in nodes.indices {
      nodes[place].inputs = nodes[place].inputs.map { $0 == id ? node.inputs[0] : $0 }
    }
    outputs = outputs.map { $0 == id ? node.inputs[0] : $0 }
    nodes.removeAll { $0.id == id }
  }

  /// Sends the weights of one layer to another one, by new names.
  mutating func moveWeights(of layer: Layer, to target: Layer, names: [String: String] = [:]) {
    weights = weights.map { source in
      guard source.layer === layer, names.isEmpty || names[source.name] != nil else { return source }
      return WeightSource(
        original: source.original, layer: target, name: names[source.name] ?? source.name)
    }
  }

  private func place(of id: Int) -> Int {
    guard let place = nodes.firstIndex(where: { $0.id == id }) else {
      require(false, "the graph has no node \(id); it has \(nodes.map(\.id))")
      return 0
    }
    return place
  }
}

extension QuantizeGraph {
  /// All quantizers of the nodes.
  var quantizers: [Quantizer] {
    nodes.flatMap { node in
      (node.config?.weights.map(\.quantizer) ?? []) + (node.outputQuantizer.map { [$0] } ?? [])
    }
  }

  /// Where a weight of the original is in the built layers.
  func place(of original: Variable) -> Variable? {
    guard let source = weights.first(where: { $0.original === original }) else { return nil }
    return source.layer.namedWeights.first { $0.path == source.name }?.variable
  }
}
