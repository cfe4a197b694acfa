import Support
import Tensors

/// A model of layers in a row, each called with the output of the one before.
///
///     let model = Sequential(
///       [Flatten(), Dense(units: 32, activation: .relu), Dense(units: 10)], inputShape: [28, 28, 1])
public final class Sequential: Model {
  private let list: [Layer]

  /// Creates a model of layers in a row.
  ///
  /// - Parameters:
  ///   - layers: The layers in the order of their calls.
  ///   - inputShape: The shape of one example, with which the layers are built at once; without it they are built
  ///     by the first call of the model.
  ///   - name: The model's name.
  ///   - seed: The seed of the initial weights, which depend on it and on names alone; by default the seed of the
  ///     model around this one, or 0.
  public init(_ layers: [Layer], inputShape: [Int]? = nil, name: String? = nil, seed: UInt64? = nil) {
    require(!layers.isEmpty, "\(name ?? "Sequential") has no layers: give it at least one")
    list = layers
    super.init(name: name, seed: seed)
    if let inputShape { buildOnce(inputShape: inputShape) }
  }

  /// The layers in order, also before they are built.
  public override var sublayers: [Layer] { graph == nil ? list : layers }

  /// Connects the layers, which builds them.
  public override func build(inputShapes: [[Int]]) {
    require(
      inputShapes.count == 1, "\(title) takes one input; got \(inputShapes.count): use Model(inputs:outputs:)"
    )
    let input = Input(inputShapes[0])
    let output = list.reduce(input as SymbolicTensor) { tensor, layer in layer(tensor) }
    connect(inputs: [input], outputs: [output])
  }

  /// A model of copies of the layers, built if this one is.
  public override func copied() throws(LayerCopyError) -> Layer {
    if isBuilt { return try super.copied() }
    var copies: [ObjectIdentifier: Layer] = [:]
    for layer in list where copies[ObjectIdentifier(layer)] == nil {
      copies[ObjectIdentifier(layer)] = try layer.copiedWithState()
    }
    return Sequential(list.compactMap { copies[ObjectIdentifier($0)] }, name: name, seed: seed)
  }
}
