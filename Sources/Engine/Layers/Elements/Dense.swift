import Support
import Tensors

/// A fully connected layer: `outputs = activation(inputs · kernel + bias)`.
///
/// - Inputs: `[batch, …, features]`. Outputs: `[batch, …, units]`.
/// - Weights: `kernel` `[features, units]` and `bias` `[units]`.
public final class Dense: Layer {
  /// The number of outputs of an example.
  public let units: Int
  /// The function applied to the outputs.
  public let activation: ActivationFunction
  /// Whether a bias is added.
  public let useBias: Bool
  private let initializers: (kernel: Initializer, bias: Initializer)

  /// Creates an unbuilt layer.
  ///
  /// - Parameters:
  ///   - units: The number of outputs of an example.
  ///   - activation: The function applied to the outputs.
  ///   - useBias: Whether a bias is added.
  ///   - kernelInitializer: The initial kernel.
  ///   - biasInitializer: The initial bias.
  ///   - name: The layer's name.
  public init(
    units: Int, activation: ActivationFunction = .linear, useBias: Bool = true,
    kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
    name: String? = nil
  ) {
    require(units > 0, "\(name ?? "Dense"): units are above zero; got \(units)")
    (self.units, self.activation, self.useBias) = (units, activation, useBias)
    initializers = (kernelInitializer, biasInitializer)
    super.init(name: name)
  }

  /// Creates the kernel and, with ``useBias``, the bias.
  public override func build(inputShape: [Int]) {
    guard let features = inputShape.last else {
      stop("\(title): an example has shape [features]; got []: reshape the batch to [batch, 1]")
    }
    addWeight("kernel", shape: [features, units], initializer: initializers.kernel)
    if useBias { addWeight("bias", shape: [units], initializer: initializers.bias) }
  }

  /// The kernel, `[features, units]`; stops if the layer is not built.
  public var kernel: Variable { weight("kernel") }
  /// The bias, `[units]`; stops if the layer is not built or has none.
  public var bias: Variable { weight("bias") }

  /// Multiplies by the kernel, adds the bias, applies the activation.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    let kernel = kernel.value
    let rows = inputs.rank == 2 ? inputs : inputs.reshaped([-1, kernel.shape[0]])
    let sums = rows.matmul(kernel, bias: useBias ? bias.value : nil)
    return activation(inputs.rank == 2 ? sums : sums.reshaped(inputs.shape.dropLast() + [units]))
  }

  /// A matrix product.
  public override var semantics: LayerSemantics {
    .linear(
      LinearSemantics(.dense, hasBias: useBias, activation: activation) { [self] in
        Dense(units: units, useBias: useBias, name: name)
      })
  }

  package override var computesAsStated: Bool { true }

  /// The units and the activation, as in "10 units, relu".
  public override var details: String {
    (["\(units) unit\(units == 1 ? "" : "s")"] + activation.details + (useBias ? [] : ["no bias"])).joined(
      separator: ", ")
  }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer {
    Dense(
      units: units, activation: activation, useBias: useBias, kernelInitializer: initializers.kernel,
      biasInitializer: initializers.bias, name: name)
  }
}
