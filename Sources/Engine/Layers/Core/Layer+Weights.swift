import Support
import Tensors

/// The weights of a layer: its own, and the weights of the layers inside it.
extension Layer {
  /// Creates a weight; call this from ``build(inputShape:)``.
  ///
  /// The random numbers of a weight depend only on the model's seed, the layer's name and the weight's name:
  /// layers added elsewhere do not change them. Outside any model the seed is 0, so two layers of equal names and
  /// shapes start with equal weights there: give them different names.
  ///
  /// - Parameters:
  ///   - name: The weight's name inside the layer, such as `kernel`.
  ///   - shape: Its shape; every dimension is above 0.
  ///   - initializer: Its initial values.
  ///   - trainable: Whether training changes it.
  /// - Returns: The variable that holds the weight.
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

  /// Adds a variable made elsewhere, such as the range of a quantizer, to the layer's weights.
  public func addWeight(_ name: String, _ variable: Variable) {
    require(
      !ownWeights.contains { $0.key == name },
      "\(title) has a weight \"\(name)\" already: build runs once; give the second weight another name")
    ownWeights.append((name, variable))
  }

  /// The layer's own weight of this name, such as `kernel`; stops if there is none.
  public func weight(_ name: String) -> Variable {
    if let found = ownWeight(name) { return found }
    let known = ownWeights.map(\.key).joined(separator: ", ")
    require(
      isBuilt, "\(title) has no weight \"\(name)\" before it is built: call the layer once to build it")
    stop("\(title) has no weight \"\(name)\"; it has \(known.isEmpty ? "none" : known)")
  }

  /// The layer's own weight of this name; nil if it has none.
  package func ownWeight(_ name: String) -> Variable? { ownWeights.first { $0.key == name }?.variable }

  /// Each weight with its path inside this layer: `kernel`, or `dense/kernel` for the weight of a layer inside.
  ///
  /// Paths are unique; a weight shared by several layers inside appears once.
  public var namedWeights: [(path: String, variable: Variable)] {
    var seen: Set<ObjectIdentifier> = []
    let inside = sublayers.flatMap { layer in
      layer.namedWeights.map { ("\(layer.name)/\($0.path)", $0.variable) }
    }
    return (ownWeights.map { ($0.key, $0.variable) } + inside).filter {
      seen.insert(ObjectIdentifier($0.1)).inserted
    }
  }

  /// All weights, including the weights of the layers inside.
  public var weights: [Variable] {
    var found = OrderedWeights()
    gatherWeights(&found)
    return found.variables
  }

  private func gatherWeights(_ found: inout OrderedWeights) {
    for (_, variable) in ownWeights { found.append(variable) }
    for layer in sublayers { layer.gatherWeights(&found) }
  }

  /// The weights that training changes; a layer that is not trainable has none.
  public var trainableWeights: [Variable] {
    var found = OrderedWeights()
    gatherTrainableWeights(&found)
    return found.variables
  }

  private func gatherTrainableWeights(_ found: inout OrderedWeights) {
    guard trainable else { return }
    if trainsOwnWeights {
      for (_, variable) in ownWeights where variable.trainable { found.append(variable) }
    }
    for layer in sublayers { layer.gatherTrainableWeights(&found) }
  }

  /// The weights that training does not change: statistics, and all weights of a layer that is not trainable.
  public var nonTrainableWeights: [Variable] {
    let trained = Set(trainableWeights.map(ObjectIdentifier.init))
    return weights.filter { !trained.contains(ObjectIdentifier($0)) }
  }

  /// All layers inside this one at any depth, each once, outer layers before the layers inside them.
  public var allLayers: [Layer] {
    var seen: Set<ObjectIdentifier> = []
    return sublayers.flatMap { [$0] + $0.allLayers }.filter { seen.insert(ObjectIdentifier($0)).inserted }
  }
}

/// Weights in the order in which they were met first.
private struct OrderedWeights {
  private(set) var variables: [Variable] = []
  private var seen: Set<ObjectIdentifier> = []

  mutating func append(_ variable: Variable) {
    if seen.insert(ObjectIdentifier(variable)).inserted { variables.append(variable) }
  }
}

/// A layer whose weights can be interpreted only together with settings that are not weights, such as a bit
/// width.
///
/// Weight files and checkpoints hold the settings too; a file with other settings is refused.
package protocol WeightSettings: Layer {
  /// The settings by unique names, in a fixed order.
  var weightSettings: [(name: String, value: String)] { get }
}

extension Layer {
  /// The settings of this layer and of all layers inside it.
  package var allWeightSettings: [(name: String, value: String)] {
    ([self] + allLayers).flatMap { ($0 as? any WeightSettings)?.weightSettings ?? [] }
  }
}
