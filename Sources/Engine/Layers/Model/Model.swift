import Support
import Tensors

/// A network of layers, itself a layer.
///
/// It is made of symbolic tensors, from inputs to outputs. Then its layers get their names, and each is built
/// and called once, on one example of zeros, to learn the next one's shape:
///
///     let x = Input([28, 28, 1])
///     let y = Dense(units: 10)(Flatten()(x))
///     let model = Model(inputs: x, outputs: y, seed: 1)
///     let logits = model(images)
///
/// A model inside another is one layer there, and brings its weights as they are. Models that share a layer
/// share its weights; a layer keeps the name its first model gave it.
open class Model: Layer {
  private(set) var graph: ModelGraph?
  /// What the initial weights and the layers' random numbers depend on; nil if that is the model around it.
  package let seed: UInt64?

  /// Makes the model that computes `outputs` from `inputs`, in their orders.
  ///
  /// The initial weights depend on `seed` and on names. Two models inside one want different seeds, lest
  /// their layers of equal names and shapes start alike.
  public init(inputs: [Input], outputs: [SymbolicTensor], name: String? = nil, seed: UInt64 = 0) {
    self.seed = seed
    super.init(name: name)
    connect(inputs: inputs, outputs: outputs)
    buildOnce(inputShapes: inputs.map(\.shape))
  }

  /// Makes the model that computes `outputs` from several inputs.
  public convenience init(
    inputs: [Input], outputs: SymbolicTensor, name: String? = nil, seed: UInt64 = 0
  ) {
    self.init(inputs: inputs, outputs: [outputs], name: name, seed: seed)
  }

  /// Makes the model that computes `outputs` from one input.
  public convenience init(
    inputs: Input, outputs: SymbolicTensor, name: String? = nil, seed: UInt64 = 0
  ) {
    self.init(inputs: [inputs], outputs: [outputs], name: name, seed: seed)
  }

  /// A model whose calls are not known yet.
  init(name: String?, seed: UInt64?) {
    self.seed = seed
    super.init(name: name)
  }

  /// Names, builds and connects the layers.
  func connect(inputs: [Input], outputs: [SymbolicTensor]) {
    graph = ModelGraph(inputs: inputs, outputs: outputs, owner: title, generator: ownGenerator)
  }

  /// The seed's random numbers; without a seed those of the model around this one, or of seed 0.
  override var ownGenerator: SeededGenerator {
    seed.map { SeededGenerator(seed: $0) } ?? generator ?? SeededGenerator(seed: 0)
  }

  /// The calls of the layers, each after those it needs; the inputs come first.
  public var nodes: [ModelNode] { built.nodes }

  /// The nodes that run as one operation where they can, by their numbers in `nodes`.
  package var fusedNodes: [[Int]] { built.fusedNodes }

  /// Where data enters.
  public var inputs: [Input] { built.inputs }

  /// What stands for the outputs.
  public var outputs: [SymbolicTensor] { built.outputs.map { built.nodes[$0].output } }

  /// The numbers, in `nodes`, of those whose outputs are the model's.
  public var outputIndices: [Int] { built.outputs }

  /// The layers, each once, in the order of their first call; the inputs' are not among them.
  public var layers: [Layer] {
    var seen: Set<ObjectIdentifier> = []
    return built.nodes.map(\.layer).filter {
      !($0 is InputLayer) && seen.insert(ObjectIdentifier($0)).inserted
    }
  }

  /// The layer of this name.
  public func layer(_ name: String) -> Layer { node(name).layer }

  /// What stands for the output of the layer of this name, at its last call: to make a model that shows it.
  public func output(of name: String) -> SymbolicTensor { node(name).output }

  /// The layers, for weights and settings.
  public override var sublayers: [Layer] { graph == nil ? [] : layers }

  /// Nothing is left to build: the layers were built when the model was made.
  public override func build(inputShapes: [[Int]]) {}

  /// Runs the layers; the model must have one output.
  public override func call(_ inputs: [Tensor], training: Bool) -> Tensor {
    require(
      built.outputs.count == 1,
      "\(title) has \(built.outputs.count) outputs and is called for one: use allOutputs(_:training:)")
    return built.run(inputs, training: training)[0]
  }

  /// Runs the layers and returns all outputs, in the order of `outputs`.
  public func allOutputs(_ inputs: [Tensor], training: Bool = false) -> [Tensor] {
    buildOnce(inputShapes: inputs.map { Array($0.shape.dropFirst()) })
    return built.run(inputs, training: training)
  }

  /// The graph; stops if the model has none yet.
  var built: ModelGraph {
    guard let graph else {
      require(
        false,
        "\(title) is not built: give it an inputShape:, or call it once, and it learns its shapes")
      return ModelGraph(inputs: [], outputs: [], owner: title, generator: ownGenerator)
    }
    return graph
  }

  /// A model of copies of the layers, connected alike and with weights of its own: initial ones.
  ///
  /// To take over the values too, call `copyWeights(from:)` on it.
  open override func copied() -> Layer {
    var copies: [ObjectIdentifier: Layer] = [:]
    var tensors: [SymbolicTensor] = []
    for node in nodes {
      if let input = node.output as? Input {
        tensors.append(Input(input.shape, name: node.layer.name))
        continue
      }
      let copy = copies[ObjectIdentifier(node.layer)] ?? node.layer.copiedWithState()
      copies[ObjectIdentifier(node.layer)] = copy
      tensors.append(copy(node.inputs.map { tensors[$0] }))
    }
    return Model(
      inputs: tensors.compactMap { $0 as? Input }, outputs: built.outputs.map { tensors[$0] }, name: name,
      seed: seed ?? 0)
  }

  private func node(_ name: String) -> ModelNode {
    if let found = built.nodes.last(where: { $0.layer.name == name }) { return found }
    let known = layers.map(\.name).joined(separator: ", ")
    require(false, "\(title) has no layer \"\(name)\"; it has \(known)")
    return built.nodes[0]
  }
}
