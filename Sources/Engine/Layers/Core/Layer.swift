import Support
import Tensors

/// A step of a neural network: weights, and a computation that reads them.
///
/// A layer lives through three moments. `init` keeps the settings. ``build(inputShape:)`` creates the weights:
/// once, when the model is made or the layer is first called, since only then the input's shape is known.
/// ``call(_:training:)`` computes, every time. A layer of one's own overrides these; it is used by calling it:
///
///     let dense = Dense(units: 10)
///     let outputs = dense(inputs)
///
/// Shapes given to `build` are those of one example, without the batch. A built layer takes batches of any
/// size, but examples of that one shape.
///
/// A layer called twice shares its weights: both calls read the same ones, and gradients of both are added.
/// A layer belongs to one task: it is not `Sendable`.
open class Layer {
  /// The layer's name: unique among the layers of its model, and final once the layer is built.
  ///
  /// A layer that was given none is called after its type, as Keras does it: `dense`, then `dense_1`.
  public internal(set) var name: String
  /// Whether the layer is built, and so has its weights.
  public var isBuilt: Bool { inputShapes != nil }
  /// The shapes of one example of each input the layer was built for; nil before.
  public private(set) var inputShapes: [[Int]]?
  /// Whether training changes the weights; setting it sets it for the layers inside as well.
  public var trainable = true {
    didSet { for layer in sublayers { layer.trainable = trainable } }
  }
  /// Whether the name was given by the user or a model, and is not to be changed.
  var nameIsFinal: Bool
  /// Where the random numbers of the weights come from; nil until the layer has a place in a model.
  var generator: SeededGenerator?
  /// The random numbers of this layer: its place's in the model, or, on its own, those of seed 0.
  var ownGenerator: SeededGenerator { generator ?? SeededGenerator(seed: 0).derived(name) }
  /// The layer's own weights by their names, in the order they were added.
  var ownWeights: [(key: String, variable: Variable)] = []

  /// Creates an unbuilt layer; without a name it gets one from its type, and its model makes it unique.
  public init(name: String? = nil) {
    require(name != "", "a layer's name is not empty: leave it out, and the layer is named after its type")
    self.name = name ?? Self.typeName
    nameIsFinal = name != nil
  }

  /// The layers inside this one; a layer that keeps layers of its own overrides this to name them all.
  ///
  /// Their weights then belong to this layer's.
  open var sublayers: [Layer] { [] }

  /// Creates the weights, by `addWeight`, for examples of the given shape: `[features]`, say, or `[height,
  /// width, channels]`.
  ///
  /// Runs once, before the first call. Keras passes the batch too, as None; here it is left out.
  open func build(inputShape: [Int]) {}

  /// Creates the weights of a layer of several inputs; by default, those of its only one.
  open func build(inputShapes: [[Int]]) {
    require(
      inputShapes.count == 1,
      "\(title) takes one input; got \(inputShapes.count): join them first, with Add or Concatenate, say")
    build(inputShape: inputShapes[0])
  }

  /// Computes the outputs of a batch; `training` tells a step of training from inference.
  ///
  /// Reads each weight's `value` when it runs, never earlier: quantization puts another tensor in its place.
  open func call(_ inputs: Tensor, training: Bool) -> Tensor {
    require(false, "\(title) does not say what it computes: override call(_:training:)")
    return inputs
  }

  /// Computes the outputs of several inputs; by default, those of the only one.
  open func call(_ inputs: [Tensor], training: Bool) -> Tensor { call(inputs[0], training: training) }

  /// A layer of the same settings and name, not built (a model comes built): Keras's
  /// `from_config(get_config())`.
  ///
  /// A layer of one's own overrides this if a model of it is to be copied, which quantizing does.
  open func copied() -> Layer {
    require(false, "\(title) does not say how it is copied: override copied() to return a new, unbuilt one")
    return self
  }

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

  /// Notes that the layer is to be called with what `input` stands for, in a model to be made.
  public final func callAsFunction(_ input: SymbolicTensor) -> SymbolicTensor {
    SymbolicTensor(layer: self, inputs: [input])
  }

  /// Notes that the layer is to be called with what the inputs stand for, in a model to be made.
  public final func callAsFunction(_ inputs: [SymbolicTensor]) -> SymbolicTensor {
    SymbolicTensor(layer: self, inputs: inputs)
  }

  /// Builds the layer unless it is built; stops if it was built for another shape.
  public final func buildOnce(inputShape: [Int]) { buildOnce(inputShapes: [inputShape]) }

  /// Builds a layer of several inputs unless it is built; stops if it was built for other shapes.
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
  /// Takes over the values of all weights of `other`, which must have the same paths and shapes.
  ///
  /// Both are built; afterwards they go their own ways.
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
    for (own, given) in zip(ours, theirs) { own.variable.value = given.variable.value }
  }

  /// A copy, not built, that training leaves alone if it leaves this layer alone; of another name, if given.
  package final func copiedWithState(named name: String? = nil) -> Layer {
    let copy = copied()
    if let name { (copy.name, copy.nameIsFinal) = (name, true) }
    if !trainable { copy.trainable = false }
    return copy
  }
}

/// Names, and the random numbers that hang on them.
extension Layer {
  /// The layer as messages call it: its name, and its type in brackets.
  package var title: String { "\(name) (\(type(of: self)))" }

  /// The type's name as Keras writes it: MaxPooling2D becomes max_pooling2d, ReLU re_lu.
  static var typeName: String {
    let letters = "\(self)".prefix { $0 != "<" }.map { $0 }
    var name = ""
    for (place, letter) in letters.enumerated() {
      let next = place + 1 < letters.count ? letters[place + 1] : " "
      if place > 0, letter.isUppercase, letters[place - 1].isLowercase || next.isLowercase {
        name += "_"
      }
      name += letter.lowercased()
    }
    return name
  }

  /// Gives those of the layers that have no name of their own one that is unique among them, in their order,
  /// and each that has none a source of random numbers.
  static func name(_ layers: [Layer], of owner: String, generator: SeededGenerator) {
    var seen: Set<ObjectIdentifier> = []
    let layers = layers.filter { seen.insert(ObjectIdentifier($0)).inserted }
    var taken: Set<String> = []
    for layer in layers where layer.nameIsFinal {
      require(
        taken.insert(layer.name).inserted,
        "\(owner) has two layers named \"\(layer.name)\": give each a name of its own, by name:")
    }
    for layer in layers {
      if !layer.nameIsFinal {
        let base = layer.name
        var number = 0
        while !taken.insert(layer.name).inserted {
          number += 1
          layer.name = "\(base)_\(number)"
        }
        layer.nameIsFinal = true
      }
      layer.generator = layer.generator ?? generator.derived(layer.name)
    }
  }

  /// Shapes as messages list them: one as it is, several with "and" between.
  static func listed(_ shapes: [[Int]]) -> String { shapes.map { "\($0)" }.joined(separator: " and ") }
}
