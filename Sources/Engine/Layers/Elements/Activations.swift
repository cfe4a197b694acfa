import Support
import Tensors

/// The function a layer applies to its outputs, element by element; softmax to each last dimension.
public enum ActivationFunction: String, Hashable, Codable, Sendable, CaseIterable {
  /// x, unchanged.
  case linear
  /// max(x, 0).
  case relu
  /// min(max(x, 0), 6).
  case relu6
  /// 1 / (1 + e⁻ˣ).
  case sigmoid
  /// The hyperbolic tangent.
  case tanh
  /// e to the power of x, over the sum of these along the last dimension.
  case softmax

  /// The function of `inputs`.
  public func callAsFunction(_ inputs: Tensor) -> Tensor {
    switch self {
    case .linear: inputs
    case .relu: inputs.relu()
    case .relu6: inputs.relu6()
    case .sigmoid: inputs.sigmoid()
    case .tanh: inputs.tanh()
    case .softmax: inputs.softmax()
    }
  }
}

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

/// min(max(x, 0), maxValue) of each element: with a maxValue of 6, ReLU6.
public final class ReLU: Layer {
  /// The largest value let through; nil for no limit.
  public let maxValue: Float?

  /// Creates the layer.
  public init(maxValue: Float? = nil, name: String? = nil) {
    require(
      maxValue.map { $0 > 0 } ?? true, "\(name ?? "ReLU"): maxValue is above 0; got \(maxValue ?? 0)")
    self.maxValue = maxValue
    super.init(name: name)
  }

  /// Cuts off below 0, and above the largest value.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    guard let maxValue else { return inputs.relu() }
    return maxValue == 6 ? inputs.relu6() : inputs.relu().clipped(min: 0, max: maxValue)
  }

  /// A layer of the same settings and name, not built.
  public override func copied() -> Layer { ReLU(maxValue: maxValue, name: name) }
}

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

/// e to the power of each element over their sum along the last dimension.
public final class Softmax: Layer {
  /// Applies the function.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs.softmax() }

  /// A layer of the same settings and name, not built.
  public override func copied() -> Layer { Softmax(name: name) }
}
