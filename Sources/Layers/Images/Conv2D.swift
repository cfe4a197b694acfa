import Support
import Tensors

/// A convolution of images with learned filters, plus a bias for each.
///
/// - Inputs: `[batch, height, width, channels]`. Outputs: `[batch, height′, width′, filters]`.
/// - Weights: `kernel` `[height, width, channels, filters]` and `bias` `[filters]`.
public final class Conv2D: Layer {
  /// The number of filters, and of output channels.
  public let filters: Int
  /// The height and width of a filter.
  public let kernelSize: (Int, Int)
  /// How far the window moves at a step, down and to the right.
  public let strides: (Int, Int)
  /// What happens at the edge.
  public let padding: Padding
  /// The function applied to the outputs.
  public let activation: ActivationFunction
  /// Whether a bias is added.
  public let useBias: Bool
  private let initializers: (kernel: Initializer, bias: Initializer)

  /// Creates an unbuilt layer; the weights appear with the input's shape.
  public init(
    filters: Int, kernelSize: (Int, Int), strides: (Int, Int) = (1, 1), padding: Padding = .valid,
    activation: ActivationFunction = .linear, useBias: Bool = true,
    kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
    name: String? = nil
  ) {
    require(filters > 0, "\(name ?? "Conv2D"): filters are above zero; got \(filters)")
    requireWindow(kernelSize, strides, name ?? "Conv2D")
    (self.filters, self.kernelSize, self.strides, self.padding) = (filters, kernelSize, strides, padding)
    (self.activation, self.useBias) = (activation, useBias)
    initializers = (kernelInitializer, biasInitializer)
    super.init(name: name)
  }

  /// Creates the kernel, and the bias where there is one.
  public override func build(inputShape: [Int]) {
    requireImages(inputShape)
    addWeight(
      "kernel", shape: [kernelSize.0, kernelSize.1, inputShape[2], filters], initializer: initializers.kernel)
    if useBias { addWeight("bias", shape: [filters], initializer: initializers.bias) }
  }

  /// Convolves, adds the bias, applies the activation.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    activation(
      inputs.conv2D(
        weight("kernel").value, bias: useBias ? weight("bias").value : nil, strides: strides,
        padding: padding))
  }
}

extension Layer {
  /// Stops unless an example is an image.
  func requireImages(_ shape: [Int]) {
    require(
      shape.count == 3,
      "\(title): an example is an image of shape [height, width, channels]; got \(shape): reshape it, to "
        + "[28, 28, 1], say")
  }
}

/// Stops unless a window and its strides are above zero.
func requireWindow(_ size: (Int, Int), _ strides: (Int, Int), _ owner: String) {
  require(
    size.0 > 0 && size.1 > 0 && strides.0 > 0 && strides.1 > 0,
    "\(owner): windows and strides are above zero; got window \(size) and strides \(strides)")
}
