import Support
import Tensors

/// A convolution of images with learned filters, plus a bias for each.
///
/// - Inputs: `[batch, height, width, channels]`. Outputs: `[batch, height′, width′, filters]`.
/// - Weights: `kernel` `[height, width, channels, filters]` and `bias` `[filters]`.
public final class Conv2D: BaseConv2D {
  /// The number of filters, and of output channels.
  public let filters: Int
  private let kernelInitializer: Initializer

  /// Creates an unbuilt layer; the weights appear with the input's shape.
  public init(
    filters: Int, kernelSize: (Int, Int), strides: (Int, Int) = (1, 1), padding: Padding = .valid,
    activation: ActivationFunction = .linear, useBias: Bool = true,
    kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
    name: String? = nil
  ) {
    require(filters > 0, "\(name ?? "Conv2D"): filters are above zero; got \(filters)")
    (self.filters, self.kernelInitializer) = (filters, kernelInitializer)
    super.init(
      kernelSize: kernelSize, strides: strides, padding: padding, activation: activation, useBias: useBias,
      biasInitializer: biasInitializer, name: name)
  }

  /// Creates the kernel, and the bias where there is one.
  public override func build(inputShape: [Int]) {
    requireImages(inputShape)
    addWeight(
      "kernel", shape: [kernelSize.0, kernelSize.1, inputShape[2], filters], initializer: kernelInitializer)
    addBias(count: filters)
  }

  /// Convolves, adds the bias, applies the activation.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    activation(inputs.conv2D(weight("kernel").value, bias: bias, strides: strides, padding: padding))
  }

  /// A layer of the same settings and name, not built.
  public override func copied() -> Layer {
    Conv2D(
      filters: filters, kernelSize: kernelSize, strides: strides, padding: padding, activation: activation,
      useBias: useBias, kernelInitializer: kernelInitializer, biasInitializer: biasInitializer, name: name)
  }
}
