import Support
import Tensors

/// A fully connected layer: `outputs = activation(inputs · kernel + bias)`.
///
/// - Inputs: `[batch, …, features]`. Outputs: `[batch, …, units]`.
/// - Weights: `kernel` `[features, units]` and `bias` `[units]`.
public final class Dense: Layer {
  /// The width of the outputs.
  public let units: Int
  /// The function applied to the outputs.
  public let activation: ActivationFunction
  /// Whether a bias is added.
  public let useBias: Bool
  private let initializers: (kernel: Initializer, bias: Initializer)

  /// Creates an unbuilt layer; the weights appear with the input's shape.
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

  /// Creates the kernel, and the bias where there is one.
  public override func build(inputShape: [Int]) {
    guard let features = inputShape.last else {
      return require(
        false, "\(title): an example has shape [features]; got []: reshape the batch to [batch, 1]")
    }
    addWeight("kernel", shape: [features, units], initializer: initializers.kernel)
    if useBias { addWeight("bias", shape: [units], initializer: initializers.bias) }
  }

  /// Multiplies by the kernel, adds the bias, applies the activation.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    let kernel = weight("kernel").value
    let rows = inputs.rank == 2 ? inputs : inputs.reshaped([-1, kernel.shape[0]])
    let sums = rows.matmul(kernel, bias: useBias ? weight("bias").value : nil)
    return activation(inputs.rank == 2 ? sums : sums.reshaped(inputs.shape.dropLast() + [units]))
  }

  /// A layer of the same settings and name, not built.
  public override func copied() -> Layer {
    Dense(
      units: units, activation: activation, useBias: useBias, kernelInitializer: initializers.kernel,
      biasInitializer: initializers.bias, name: name)
  }
}
