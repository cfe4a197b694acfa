import Support
import Tensors

/// A network of layers, which is itself a layer.
///
/// A model is defined by symbolic tensors, from inputs to outputs. Its initializer names the layers, builds them,
/// and calls each once on one example of zeros to find the shape of its outputs:
///
///     let x = Input([28, 28, 1])
///     let y = Dense(units: 10)(Flatten()(x))
///     let model = Model(inputs: x, outputs: y, seed: 1)
///     let logits = model(images)
///
/// A built model inside another model is one layer there and keeps its weights. Models that share a layer share
/// its weights; the layer keeps the name that its first model gave it.
open class Model: Layer {
  private(set) var graph: ModelGraph?
  /// The model as it was last prepared for inference, and the weights that it had then.
  var preparation: (model: PreparedModel, weights: [(variable: Variable, value: Tensor)])?
  /// Whether the model can be prepared, as far as it is known.
  var canBePrepared = true
  /// The seed of the initial weights and the layers' random numbers; nil if the model around this one gives it.
  package let seed: UInt64?

  /// Creates the model that computes `outputs` from `inputs`.
  ///
  /// - Parameters:
  ///   - inputs: The inputs, in the order in which calls pass them.
  ///   - outputs: The outputs, in the order in which calls return them.
  ///   - name: The model's name.
  ///   - seed: The seed of the initial weights, which depend on it and on names alone. Give two models inside one
  ///     different seeds; with equal seeds, their layers of equal names and shapes start with equal weights.
  public init(inputs: [Input], outputs: [SymbolicTensor], name: String? = nil, seed: UInt64 = 0) {
    self.seed = seed
    super.init(name: name)
    connect(inputs: inputs, outputs: outputs)
    buildOnce(inputShapes: inputs.map(\.shape))
  }

  /// Creates the model that computes one output from several inputs.
  ///
  /// - Parameters:
  ///   - inputs: The inputs, in the order in which calls pass them.
  ///   - outputs: The output.
  ///   - name: The model's name.
  ///   - seed: The seed of the initial weights.
  public convenience init(
    inputs: [Input], outputs: SymbolicTensor, name: String? = nil, seed: UInt64 = 0
  ) {
    self.init(inputs: inputs, outputs: [outputs], name: name, seed: seed)
  }

  /// Creates the model that computes one output from one input.
  ///
  /// - Parameters:
  ///   - inputs: The input.
  ///   - outputs: The output.
  ///   - name: The model's name.
  ///   - seed: The seed of the initial weights.
  public convenience init(
    inputs: Input, outputs: SymbolicTensor, name: String? = nil, seed: UInt64 = 0
  ) {
    self.init(inputs: [inputs], outputs: [outputs], name: name, seed: seed)
  }

  /// Creates a model without a graph; see ``connect(inputs:outputs:)``.
  init(name: String?, seed: UInt64?) {
    self.seed = seed
    super.init(name: name)
  }

  /// Makes the graph from `inputs` to `outputs`, which names and builds the layers.
  func connect(inputs: [Input], outputs: [SymbolicTensor]) {
    graph = ModelGraph(inputs: inputs, outputs: outputs, owner: title, generator: ownGenerator)
  }

  /// The source of random numbers of the seed; without a seed, that of the model around this one or of seed 0.
  override var ownGenerator: SeededGenerator {
    seed.map { SeededGenerator(seed: $0) } ?? generator ?? SeededGenerator(seed: 0)
  }

  /// The calls of the layers, inputs first, each call after the calls whose results it needs.
  public var nodes: [ModelNode] { built.nodes }

  /// The groups of nodes that run as one operation if possible, as indices in ``nodes``.
  package var fusedNodes: [[Int]] { built.fusedNodes }

  /// The inputs of the graph.
  public var inputs: [Input] { built.inputs }

  /// The symbolic outputs of the graph.
  public var outputs: [SymbolicTensor] { built.outputs.map { built.nodes[$0].output } }

  /// The indices in ``nodes`` of the calls that compute the model's outputs.
  public var outputIndices: [Int] { built.outputs }

  /// The names of the inputs, in the order of ``inputs``.
  open var inputNames: [String] { built.inputs.map(\.layer.name) }

  /// The names of the outputs, in the order of ``outputs``, by which training calls the model's heads.
  ///
  /// An output has the name of the layer that computes it; the second output of one layer is `NAME_1`.
  open var outputNames: [String] {
    var names = UniqueNames()
    return built.outputs.map { names.unique(built.nodes[$0].layer.outputName) }
  }

  /// The layers, each once, in the order of their first call, without the layers of the inputs.
  public var layers: [Layer] {
    var seen: Set<ObjectIdentifier> = []
    return built.nodes.map(\.layer).filter {
      !($0 is InputLayer) && seen.insert(ObjectIdentifier($0)).inserted
    }
  }

  /// The layer of this name; stops if there is none.
  public func layer(_ name: String) -> Layer { node(name).layer }

  /// The symbolic output of the last call of the layer of this name, for a model that returns it.
  public func output(of name: String) -> SymbolicTensor { node(name).output }

  /// The layers, whose weights and settings belong to the model; none before the graph is made.
  public override var sublayers: [Layer] { graph == nil ? [] : layers }

  /// Does nothing: the layers were built when the graph was made.
  public override func build(inputShapes: [[Int]]) {}

  /// Runs the layers; the model must have one output.
  open override func call(_ inputs: [Tensor], training: Bool) -> Tensor {
    require(
      built.outputs.count == 1,
      "\(title) has \(built.outputs.count) outputs and is called for one: use allOutputs(_:training:)")
    checkExamples(inputs)
    return built.run(inputs, training: training)[0]
  }

  /// Runs the layers and returns all outputs, in the order of ``outputs``.
  open func allOutputs(_ inputs: [Tensor], training: Bool = false) -> [Tensor] {
    buildOnce(inputShapes: inputs.map { Array($0.shape.dropFirst()) })
    checkExamples(inputs)
    return built.run(inputs, training: training)
  }

  /// Stops if the inputs do not have equally many examples: tensors of other sizes would be broadcast or not fit.
  package final func checkExamples(_ inputs: [Tensor]) {
    if let found = unequalInputs(inputs) {
      stop("\(title) is called with batches of different sizes: \(found)")
    }
  }

  /// Says which input has another number of examples than the first one, and both numbers; nil if none has.
  package final func unequalInputs(_ inputs: [Tensor]) -> UnequalInputs? {
    let names = graph == nil ? [] : built.nodes.prefix(built.inputs.count).map(\.layer.name)
    let counts = inputs.map { $0.shape.first ?? 0 }
    guard let other = counts.firstIndex(where: { $0 != counts[0] }) else { return nil }
    func name(_ index: Int) -> String { names.indices.contains(index) ? names[index] : "\(index + 1)" }
    return UnequalInputs(first: name(0), firstCount: counts[0], other: name(other), otherCount: counts[other])
  }

  /// The graph; stops if the model has none yet.
  var built: ModelGraph {
    guard let graph else {
      stop("\(title) is not built: give it an inputShape:, or call it once, and it learns its shapes")
    }
    return graph
  }

  /// A model of copies of the layers in the same graph, with initial weights of its own.
  ///
  /// A layer that is called in several places is one layer in the copy too.
  ///
  /// Call ``Layer/copyWeights(from:)`` on it to copy the values too.
  open override func copied() throws(LayerCopyError) -> Layer {
    try ModelBlueprint(
      of: self, reading: { type(of: $0) == Model.self || $0 is Sequential },
      replacing: { layer, _ throws(LayerCopyError) in try layer.copiedWithState() }
    ).model { layer, _ throws(LayerCopyError) in layer }
  }

  /// Tells every layer inside, at any depth, that a step of training has changed the weights.
  public final override func weightsChanged() {
    preparation = nil
    for layer in allLayers where !(layer is Model) { layer.weightsChanged() }
  }

  /// The number of layers, and whether the model is built.
  open override var details: String {
    "\(sublayers.count) layer\(sublayers.count == 1 ? "" : "s")" + (isBuilt ? "" : ", not built")
  }

  /// The ``summary()``; of a model that is not built, one line.
  open override var description: String { isBuilt ? summary() : oneLine }

  private func node(_ name: String) -> ModelNode {
    if let found = built.nodes.last(where: { $0.layer.name == name }) { return found }
    let known = layers.map(\.name).joined(separator: ", ")
    stop("\(title) has no layer \"\(name)\"; it has \(known)")
  }
}

/// Two inputs of a batch that have different numbers of examples.
public struct UnequalInputs: Hashable, Sendable, CustomStringConvertible {
  /// The name of the first input.
  public let first: String
  /// Its number of examples.
  public let firstCount: Int
  /// The name of the first input that has another number.
  public let other: String
  /// The number of examples of that input.
  public let otherCount: Int

  /// The names and numbers, and the remedy.
  public var description: String {
    func examples(_ count: Int) -> String { count == 1 ? "1 example" : "\(count) examples" }
    return
      "input \"\(first)\" has \(examples(firstCount)) and input \"\(other)\" has \(examples(otherCount)): give "
      + "every input equally many"
  }
}
