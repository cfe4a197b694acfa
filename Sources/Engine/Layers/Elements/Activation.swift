import Tensors

/// An activation function as a layer of its own.
public final class Activation: Layer {
  /// The function.
  public let function: ActivationFunction

  /// Creates the layer that applies `function`.
  public init(_ function: ActivationFunction, name: String? = nil) {
    self.function = function
    super.init(name: name)
  }

  /// Applies the function.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor { function(inputs) }

  /// A layer of the same settings and name, not built.
  public override func copied() -> Layer { Activation(function, name: name) }
}
