import Support
import Tensors

/// A step of a neural network: weights, and a computation that reads them.
///
/// A layer's life has three steps. `init` keeps the settings. ``build(inputShape:)`` creates the weights, once,
/// when the model is made or the layer is first called, because only then the shape of its input is known.
/// ``call(_:training:)-(Tensor,_)`` computes, at every call. A custom layer overrides the last two. Layers are
/// callable:
///
///     let dense = Dense(units: 10)
///     let outputs = dense(inputs)
///
/// Shapes passed to `build` are shapes of one example, without the batch. A built layer takes batches of any
/// size, but only examples of that shape.
///
/// A layer called twice shares its weights: both calls read the same variables, and their gradients are added.
/// A layer belongs to one task: it is not `Sendable`.
open class Layer: CustomStringConvertible {
  /// The layer's name: unique among the layers of its model, and final once the layer is built.
  ///
  /// A layer without a name is named after its type, as in Keras: `dense`, then `dense_1`.
  public internal(set) var name: String
  /// Whether the layer is built and has its weights.
  public var isBuilt: Bool { inputShapes != nil }
  /// The shape of one example of each input that the layer was built for; nil before it is built.
  public private(set) var inputShapes: [[Int]]?
  /// Whether training changes the weights; setting it sets it for all layers inside too.
  public var trainable = true {
    didSet { for layer in sublayers { layer.trainable = trainable } }
  }
  /// Whether the user or a model set the name, which then no longer changes.
  var nameIsFinal: Bool
  /// Whether the user gave the name, or a model that was copied; other names may be numbered.
  private(set) var nameIsGiven: Bool
  /// The source of the weights' random numbers; nil until the layer belongs to a model.
  var generator: SeededGenerator?
  /// The source of random numbers given by the model, or outside any model that of seed 0 and the name.
  var ownGenerator: SeededGenerator { generator ?? SeededGenerator(seed: 0).derived(name) }
  /// The layer's own weights by their names, in the order they were added.
  var ownWeights: [(key: String, variable: Variable)] = []

  /// Creates an unbuilt layer; without `name` it is named after its type, and its model makes the name unique.
  public init(name: String? = nil) {
    require(name != "", "a layer's name is not empty: leave it out, and the layer is named after its type")
    self.name = name ?? Self.typeName
    (nameIsFinal, nameIsGiven) = (name != nil, name != nil)
  }

  /// The layers inside this one, whose weights belong to this layer too.
  ///
  /// A custom layer that contains layers overrides this property to list all of them.
  open var sublayers: [Layer] { [] }

  /// What the layer computes, as far as passes over a graph need to know; ``LayerSemantics/opaque`` by default.
  open var semantics: LayerSemantics { .opaque }

  /// The name of a model's output that the layer computes: the layer's own, or that of a layer inside that it only
  /// marks.
  open var outputName: String { name }

  /// Whether a call does nothing but what ``semantics`` states, so that a model may compute that in its place.
  ///
  /// Only layers of this package say so, because a custom layer may do more in its call.
  package var computesAsStated: Bool { false }

  /// Whether training changes the layer's own weights, apart from those of the layers inside; true by default.
  ///
  /// A wrapper overrides it whose weights describe those of the layers inside, so that they are frozen together. A
  /// layer that is not ``trainable`` changes none, whatever it says here.
  open var trainsOwnWeights: Bool { true }

  /// Creates the weights, by ``addWeight(_:shape:initializer:trainable:)``, for examples of the given shape, such
  /// as `[features]` or `[height, width, channels]`.
  ///
  /// Runs once, before the first call. Keras passes the batch too, as None; here it is left out.
  open func build(inputShape: [Int]) {}

  /// Creates the weights of a layer of several inputs; by default, the layer must have one.
  open func build(inputShapes: [[Int]]) {
    require(
      inputShapes.count == 1,
      "\(title) takes one input; got \(inputShapes.count): join them first, with Add or Concatenate, say")
    build(inputShape: inputShapes[0])
  }

  /// Computes the outputs of a batch; `training` is true in a step of training, false in inference.
  ///
  /// An override must read the `value` of each weight here, at every call: quantization substitutes another
  /// tensor during a call.
  open func call(_ inputs: Tensor, training: Bool) -> Tensor {
    stop("\(title) does not say what it computes: override call(_:training:)")
  }

  /// Computes the outputs of several inputs; by default, of the first and only one.
  open func call(_ inputs: [Tensor], training: Bool) -> Tensor { call(inputs[0], training: training) }

  /// Takes note that a step of training has changed the weights; does nothing by default.
  ///
  /// A model calls it for every layer inside, at any depth; `Trainer.step` calls the model's. A training loop
  /// without a trainer calls `model.weightsChanged()` after each step.
  open func weightsChanged() {}

  /// An unbuilt layer of the same settings and name (a model's copy is built): Keras's
  /// `from_config(get_config())`.
  ///
  /// Custom layers must override this to be usable in `quantizeModel`, which copies the model.
  ///
  /// - Throws: ``LayerCopyError`` if the layer, or one inside it, does not say how it is copied.
  open func copied() throws(LayerCopyError) -> Layer { throw LayerCopyError(layer: title) }

  /// The settings that matter in a few words, such as "8 filters 3×3, same, relu"; empty by default.
  ///
  /// They are the end of the layer's ``description``.
  open var details: String { "" }

  /// The layer in one line: type, name and ``details``, as in `Conv2D "conv" 8 filters 3×3, same, relu`.
  open var description: String { oneLine }

  /// The description of a layer; of a model, its short form.
  final var oneLine: String { "\(type(of: self)) \"\(name)\"" + (details.isEmpty ? "" : " \(details)") }

  /// Builds the layer if this is its first call, then computes.
  ///
  /// Shapes: `[batch, …]` in and out.
  public final func callAsFunction(_ inputs: Tensor, training: Bool = false) -> Tensor {
    callAsFunction([inputs], training: training)
  }

  /// Builds the layer if this is its first call, then computes from several inputs.
  public final func callAsFunction(_ inputs: [Tensor], training: Bool = false) -> Tensor {
    for input in inputs {
      require(
        input.rank > 0, "\(title): an input has shape [batch, …]; got a scalar: reshape it to [1, 1]")
    }
    buildOnce(inputShapes: inputs.map { Array($0.shape.dropFirst()) })
    return call(inputs, training: training)
  }

  /// Adds a call of this layer to the graph of a future model; computes nothing.
  ///
  /// - Returns: The symbolic output of the call.
  public final func callAsFunction(_ input: SymbolicTensor) -> SymbolicTensor {
    SymbolicTensor(layer: self, inputs: [input])
  }

  /// Adds a call of this layer with several inputs to the graph of a future model; computes nothing.
  ///
  /// - Returns: The symbolic output of the call.
  public final func callAsFunction(_ inputs: [SymbolicTensor]) -> SymbolicTensor {
    SymbolicTensor(layer: self, inputs: inputs)
  }

  /// Builds the layer unless it is built already; stops if it was built for another shape.
  public final func buildOnce(inputShape: [Int]) { buildOnce(inputShapes: [inputShape]) }

  /// Builds a layer of several inputs unless it is built already; stops if it was built for other shapes.
  public final func buildOnce(inputShapes shapes: [[Int]]) {
    require(!shapes.isEmpty, "\(title) is called without an input: give it at least one")
    if let inputShapes {
      require(
        inputShapes == shapes,
        "\(title) was built for examples of shape \(Self.listed(inputShapes)) and is now called with "
          + "\(Self.listed(shapes)): reshape the inputs, or make another layer for them")
      return
    }
    nameIsFinal = true
    Layer.name(sublayers, of: title, generator: ownGenerator)
    build(inputShapes: shapes)
    inputShapes = shapes
  }
}

extension Layer {
  /// Copies the values of all weights of `other`, which must have weights of the same paths and shapes.
  ///
  /// Both layers must be built. The variables stay separate: a later change of one layer does not affect the
  /// other.
  public final func copyWeights(from other: Layer) {
    require(
      isBuilt && other.isBuilt,
      "weights are copied from \(other.title) to \(title) before both are built: call each once")
    let (ours, theirs) = (namedWeights, other.namedWeights)
    func listed(_ weights: [(path: String, variable: Variable)]) -> String {
      weights.map { "\($0.path) \($0.variable.shape)" }.joined(separator: ", ")
    }
    require(
      listed(ours) == listed(theirs),
      "weights cannot be copied from \(other.title) to \(title): expected \(listed(ours)); got "
        + "\(listed(theirs)): give the layers equal names and settings")
    for (own, other) in zip(ours, theirs) { own.variable.value = other.variable.value }
  }

  /// A copy with this layer's name, or another one, in which the same layers are trainable.
  ///
  /// - Throws: ``LayerCopyError`` as ``copied()`` does, and if that returns a layer that is built, or no new one.
  package final func copiedWithState(named name: String? = nil) throws(LayerCopyError) -> Layer {
    let copy = try copied()
    guard copy !== self, !copy.isBuilt || copy is Model else {
      throw LayerCopyError(
        layer: title, remedy: "copied() returns a layer that is built already: return a new, unbuilt one")
    }
    (copy.name, copy.nameIsFinal, copy.nameIsGiven) = (name ?? self.name, true, true)
    copy.copyTrainable(from: self)
    return copy
  }

  /// Makes the same layers trainable as in a layer of the same structure; outer layers decide for those inside.
  package final func copyTrainable(from other: Layer) {
    if trainable != other.trainable { trainable = other.trainable }
    let (ours, theirs) = (allLayers, other.allLayers)
    guard ours.count == theirs.count else { return }
    for (own, other) in zip(ours, theirs) where own.trainable != other.trainable {
      own.trainable = other.trainable
    }
  }
}

/// A layer that cannot be copied, the cause and the remedy.
public struct LayerCopyError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The layer's name and type.
  public let layer: String
  /// The cause, and what can be done about it.
  public let remedy: String

  /// Creates the error; by default the cause is that the layer does not override ``Layer/copied()``.
  public init(
    layer: String, remedy: String = "it does not say how: override copied() to return a new, unbuilt one"
  ) {
    (self.layer, self.remedy) = (layer, remedy)
  }

  /// The layer, the cause and the remedy, in one line.
  public var description: String { "\(layer) cannot be copied: \(remedy)" }
}

/// Names, and the random numbers that depend on them.
extension Layer {
  /// The layer's name with its type in brackets, for messages.
  package var title: String { "\(name) (\(type(of: self)))" }

  /// The type's name in Keras's spelling: MaxPooling2D becomes max_pooling2d, ReLU becomes re_lu.
  static var typeName: String {
    let letters = "\(self)".prefix { $0 != "<" }.map { $0 }
    var name = ""
    for (index, letter) in letters.enumerated() {
      let next = index + 1 < letters.count ? letters[index + 1] : " "
      if index > 0, letter.isUppercase, letters[index - 1].isLowercase || next.isLowercase {
        name += "_"
      }
      name += letter.lowercased()
    }
    return name
  }

  /// Makes the names of unnamed layers unique, in order, and gives each layer without a source of random numbers
  /// the one of its name.
  ///
  /// A layer that was built outside any model, under the name of its type, keeps that name if it is free, and else is
  /// numbered too, as Keras numbers two models inside one.
  static func name(_ layers: [Layer], of owner: String, generator: SeededGenerator) {
    var seen: Set<ObjectIdentifier> = []
    let layers = layers.filter { seen.insert(ObjectIdentifier($0)).inserted }
    var taken: Set<String> = []
    for layer in layers where layer.nameIsFinal && !layer.mayBeNumbered {
      require(
        taken.insert(layer.name).inserted,
        "\(owner) has two layers named \"\(layer.name)\": give each a name of its own, by name:")
    }
    for layer in layers where layer.nameIsFinal && layer.mayBeNumbered {
      layer.nameIsFinal = taken.insert(layer.name).inserted
    }
    for layer in layers {
      if !layer.nameIsFinal {
        let base = layer.name
        var suffix = 0
        while !taken.insert(layer.name).inserted {
          suffix += 1
          layer.name = "\(base)_\(suffix)"
        }
        layer.nameIsFinal = true
      }
      layer.generator = layer.generator ?? generator.derived(layer.name)
    }
  }

  /// Whether a model may still number the layer: nobody chose its name, and no model has the layer yet.
  private var mayBeNumbered: Bool { !nameIsGiven && generator == nil }

  /// Shapes for messages, with "and" between them.
  package static func listed(_ shapes: [[Int]]) -> String {
    shapes.map { "\($0)" }.joined(separator: " and ")
  }
}
