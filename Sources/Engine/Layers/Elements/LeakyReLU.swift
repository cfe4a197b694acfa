import Support
import Tensors

/// x above 0, negativeSlope · x below, of each element.
public final class LeakyReLU: Layer {
  /// The slope below 0, where a ReLU is flat.
  public let negativeSlope: Float

  /// Creates the layer.
  public init(negativeSlope: Float = 0.3, name: String? = nil) {
    require(
      negativeSlope >= 0, "\(name ?? "LeakyReLU"): negativeSlope is not below 0; got \(negativeSlope)")
    self.negativeSlope = negativeSlope
    super.init(name: name)
  }

  /// Applies the function; at 0 its gradient is negativeSlope, as TensorFlow's.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    inputs * negativeSlope + inputs.relu() * (1 - negativeSlope)
  }

  /// A layer of the same settings and name, not built.
  public override func copied() -> Layer { LeakyReLU(negativeSlope: negativeSlope, name: name) }
}
