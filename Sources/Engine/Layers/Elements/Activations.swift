import Support
import Tensors

/// The function that a layer applies to each element of its outputs; softmax is applied along the last dimension.
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
  /// eˣ divided by the sum of eˣ along the last dimension.
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

  /// The function's name for a layer's description; nothing for `linear`.
  var details: [String] { self == .linear ? [] : [rawValue] }
}

/// A layer that applies an activation function.
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

  /// The function.
  public override var semantics: LayerSemantics { .activation(function.semantics) }

  /// The function.
  public override var details: String { function.rawValue }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer { Activation(function, name: name) }
}

/// A layer that computes min(max(x, 0), maxValue) of each element; a `maxValue` of 6 makes it ReLU6.
public final class ReLU: Layer {
  /// The upper limit of the outputs; nil for none.
  public let maxValue: Float?

  /// Creates the layer.
  public init(maxValue: Float? = nil, name: String? = nil) {
    require(
      maxValue.map { $0 > 0 } ?? true, "\(name ?? "ReLU"): maxValue is above 0; got \(maxValue ?? 0)")
    self.maxValue = maxValue
    super.init(name: name)
  }

  /// Clips at 0 and at ``maxValue``.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    guard let maxValue else { return inputs.relu() }
    return maxValue == 6 ? inputs.relu6() : inputs.relu().clipped(min: 0, max: maxValue)
  }

  /// A ReLU.
  public override var semantics: LayerSemantics { .activation(.relu(maximum: maxValue)) }

  /// The upper limit, if any.
  public override var details: String { maxValue.map { "up to \($0)" } ?? "" }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer { ReLU(maxValue: maxValue, name: name) }
}

/// A layer that computes x above 0 and negativeSlope · x below 0 of each element.
public final class LeakyReLU: Layer {
  /// The slope below 0.
  public let negativeSlope: Float

  /// Creates the layer.
  public init(negativeSlope: Float = 0.3, name: String? = nil) {
    require(
      negativeSlope >= 0, "\(name ?? "LeakyReLU"): negativeSlope is not below 0; got \(negativeSlope)")
    self.negativeSlope = negativeSlope
    super.init(name: name)
  }

  /// Applies the function; its gradient at 0 is ``negativeSlope``, as in TensorFlow.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    inputs * negativeSlope + inputs.relu() * (1 - negativeSlope)
  }

  /// A leaky ReLU.
  public override var semantics: LayerSemantics { .activation(.leakyReLU(slope: negativeSlope)) }

  /// The slope.
  public override var details: String { "slope \(negativeSlope)" }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer { LeakyReLU(negativeSlope: negativeSlope, name: name) }
}

/// A layer that computes softmax along the last dimension: eˣ divided by the sum of eˣ.
public final class Softmax: Layer {
  /// Applies the function.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs.softmax() }

  /// The softmax.
  public override var semantics: LayerSemantics { .activation(.softmax) }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer { Softmax(name: name) }
}
