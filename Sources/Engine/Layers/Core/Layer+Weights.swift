import Support
import Tensors

/// Weights: a layer's own, and those of the layers inside it.
extension Layer {
  /// Creates a weight and returns it; to be called from `build`.
  ///
  /// A weight's random numbers depend on the model's seed, the layer's name and the weight's, and on nothing
  /// else: layers added elsewhere do not change them. Outside any model the seed is 0, so two layers of one
  /// name and shape start alike there: give them names.
  @discardableResult
  public func addWeight(
    _ name: String, shape: [Int], initializer: Initializer = .glorotUniform, trainable: Bool = true
  ) -> Variable {
    require(
      !ownWeights.contains { $0.key == name },
      "\(title) has a weight \"\(name)\" already: build runs once; give the second weight another name")
    require(
      shape.allSatisfy { $0 > 0 },
      "\(title): the dimensions of weight \"\(name)\" are above zero; got shape \(shape)")
    var generator = ownGenerator.derived(name)
    let value = initializer.tensor(shape, using: &generator)
    let variable = Variable("\(self.name)/\(name)", value, trainable: trainable)
    ownWeights.append((name, variable))
    return variable
  }

  /// Lists a variable made elsewhere, such as the range of a quantizer, among the layer's weights.
  public func addWeight(_ name: String, _ variable: Variable) {
    require(
      !ownWeights.contains { $0.key == name },
      "\(title) has a weight \"\(name)\" already: build runs once; give the second weight another name")
    ownWeights.append((name, variable))
  }

  /// The layer's own weight of this name, such as `kernel`.
  public func weight(_ name: String) -> Variable {
    if let found = ownWeights.first(where: { $0.key == name }) { return found.variable }
    let known = ownWeights.map(\.key).joined(separator: ", ")
    require(
      isBuilt, "\(title) has no weight \"\(name)\" before it is built: call the layer once to build it")
    require(false, "\(title) has no weight \"\(name)\"; it has \(known.isEmpty ? "none" : known)")
    return Variable(name, Tensor(0))
  }

  /// What the kernel of a layer that has one is called, as in Keras.
  package static func kernelName(of layer: Layer) -> String {
    layer is DepthwiseConv2D ? "depthwise_kernel" : "kernel"
  }

  /// Each weight with its path inside this layer: `kernel`, or `dense/kernel` for a layer inside.
  ///
  /// Paths are unique; a weight that several layers inside share appears once.
  public var namedWeights: [(path: String, variable: Variable)] {
    var seen: Set<ObjectIdentifier> = []
    let inside = sublayers.flatMap { layer in
      layer.namedWeights.map { ("\(layer.name)/\($0.path)", $0.variable) }
    }
    return (ownWeights.map { ($0.key, $0.variable) } + inside).filter {
      seen.insert(ObjectIdentifier($0.1)).inserted
    }
  }

  /// All weights, those of the layers inside included.
  public var weights: [Variable] { namedWeights.map(\.variable) }

  /// The weights that training changes: none of a layer that is not trainable.
  public var trainableWeights: [Variable] {
    guard trainable else { return [] }
    var seen: Set<ObjectIdentifier> = []
    let own = ownWeights.map(\.variable).filter(\.trainable)
    return (own + sublayers.flatMap(\.trainableWeights)).filter { seen.insert(ObjectIdentifier($0)).inserted }
  }

  /// The weights that training leaves alone: statistics, and everything of a layer that is not trainable.
  public var nonTrainableWeights: [Variable] {
    let trained = Set(trainableWeights.map(ObjectIdentifier.init))
    return weights.filter { !trained.contains(ObjectIdentifier($0)) }
  }

  /// The layers inside this one and inside those, each once, from the outside in.
  public var allLayers: [Layer] {
    var seen: Set<ObjectIdentifier> = []
    return sublayers.flatMap { [$0] + $0.allLayers }.filter { seen.insert(ObjectIdentifier($0)).inserted }
  }
}

/// A layer whose weights mean what they mean only with settings that none of them holds: a range, say, with its
/// number of bits.
///
/// Files of weights and checkpoints hold the settings too, and are refused where theirs are others.
package protocol WeightSettings: Layer {
  /// The settings by names that are its own, in an order that stays.
  var weightSettings: [(name: String, value: String)] { get }
}

extension Layer {
  /// The settings of this layer and of those inside it.
  package var allWeightSettings: [(name: String, value: String)] {
    ([self] + allLayers).flatMap { ($0 as? any WeightSettings)?.weightSettings ?? [] }
  }
}
