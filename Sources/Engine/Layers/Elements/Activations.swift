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
  /// x · min(max(x + 3, 0), 6) / 6: `hard_silu` in Keras, `Hardswish` in PyTorch.
  ///
  /// Source: Howard et al., 2019, section 5.2 (arXiv:1905.02244).
  case hardSwish
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
    case .hardSwish: inputs * ((inputs + 3).relu6() / 6)
    case .sigmoid: inputs.sigmoid()
    case .tanh: inputs.tanh()
    case .softmax: inputs.softmax()
    }
  }

  /// What the function computes.
  package var semantics: ElementFunction {
    switch self {
    case .linear: .linear
    case .relu: .relu(maximum: nil)
    case .relu6: .relu(maximum: 6)
    case .hardSwish: .hardSwish
    case .sigmoid: .sigmoid
    case .tanh: .tanh
    case .softmax: .softmax
    }
  }

  /// The function's name for a layer's description; nothing for `linear`.
  var details: [String] { self == .linear ? [] : [rawValue] }
}

/// A function that a layer applies to each element, or along the last dimension.
public enum ElementFunction: Hashable, Sendable {
  /// x, unchanged.
  case linear
  /// max(x, 0), and not above a maximum if there is one.
  case relu(maximum: Float?)
  /// x, and below 0 slope · x.
  case leakyReLU(slope: Float)
  /// x · min(max(x + 3, 0), 6) / 6.
  case hardSwish
  /// 1 / (1 + e⁻ˣ).
  case sigmoid
  /// The hyperbolic tangent.
  case tanh
  /// eˣ divided by the sum of eˣ along the last dimension.
  case softmax

  /// The lowest and highest output of a ReLU; nil for other functions.
  public var reluRange: (low: Float, high: Float)? {
    if case .relu(let maximum) = self { (0, maximum ?? .infinity) } else { nil }
  }
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

  package override var computesAsStated: Bool { true }

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

  package override var computesAsStated: Bool { true }

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
      negativeSlope >= 0 && negativeSlope.isFinite,
      "\(name ?? "LeakyReLU"): negativeSlope is finite and not below 0; got \(negativeSlope)")
    self.negativeSlope = negativeSlope
    super.init(name: name)
  }

  /// Applies the function, which leaves numbers above 0 as they are; its gradient at 0 is ``negativeSlope``, as in
  /// TensorFlow.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    inputs.leakyReLU(slope: negativeSlope)
  }

  /// A leaky ReLU.
  public override var semantics: LayerSemantics { .activation(.leakyReLU(slope: negativeSlope)) }

  package override var computesAsStated: Bool { true }

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

  package override var computesAsStated: Bool { true }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer { Softmax(name: name) }
}

/// A layer that computes x · min(max(x + 3, 0), 6) / 6 of each element.
///
/// It is close to x · sigmoid(x), without an exponential; MobileNetV3 has it. The gradient at −3 and 3 is that of
/// the flat side of the clipping, as in TensorFlow.
public final class HardSwish: Layer {
  /// Applies the function.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    ActivationFunction.hardSwish(inputs)
  }

  /// The hard swish.
  public override var semantics: LayerSemantics { .activation(.hardSwish) }

  package override var computesAsStated: Bool { true }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer { HardSwish(name: name) }
}
