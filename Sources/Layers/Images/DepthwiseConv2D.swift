import Support
import Tensors

/// A convolution of each channel with filters of its own, plus a bias for each output.
///
/// - Inputs: `[batch, height, width, channels]`. Outputs: `[batch, height′, width′, channels × multiplier]`.
/// - Weights: `depthwise_kernel` `[height, width, channels, multiplier]` and `bias` `[channels × multiplier]`.
///
/// Source: Howard et al., 2017, MobileNets, section 3.1 (arXiv:1704.04861).
public final class DepthwiseConv2D: Layer {
  /// The height and width of a filter.
  public let kernelSize: (Int, Int)
  /// How far the window moves at a step, down and to the right.
  public let strides: (Int, Int)
  /// What happens at the edge.
  public let padding: Padding
  /// The number of filters for each channel.
  public let depthMultiplier: Int
  /// The function applied to the outputs.
  public let activation: ActivationFunction
  /// Whether a bias is added.
  public let useBias: Bool
  private let initializers: (kernel: Initializer, bias: Initializer)

  /// Creates an unbuilt layer; the weights appear with the input's shape.
  public init(
    kernelSize: (Int, Int), strides: (Int, Int) = (1, 1), padding: Padding = .valid, depthMultiplier: Int = 1,
    activation: ActivationFunction = .linear, useBias: Bool = true,
    depthwiseInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
    name: String? = nil
  ) {
    require(
      depthMultiplier > 0,
      "\(name ?? "DepthwiseConv2D"): the depth multiplier is above zero; got \(depthMultiplier)")
    requireWindow(kernelSize, strides, name ?? "DepthwiseConv2D")
    (self.kernelSize, self.strides, self.padding) = (kernelSize, strides, padding)
    (self.depthMultiplier, self.activation, self.useBias) = (depthMultiplier, activation, useBias)
    initializers = (depthwiseInitializer, biasInitializer)
    super.init(name: name)
  }

  /// Creates the kernel, and the bias where there is one.
  public override func build(inputShape: [Int]) {
    requireImages(inputShape)
    let channels = inputShape[2]
    addWeight(
      "depthwise_kernel", shape: [kernelSize.0, kernelSize.1, channels, depthMultiplier],
      initializer: initializers.kernel)
    if useBias { addWeight("bias", shape: [channels * depthMultiplier], initializer: initializers.bias) }
  }

  /// Convolves channel by channel, adds the bias, applies the activation.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    activation(
      inputs.depthwiseConv2D(
        weight("depthwise_kernel").value, bias: useBias ? weight("bias").value : nil, strides: strides,
        padding: padding))
  }
}
