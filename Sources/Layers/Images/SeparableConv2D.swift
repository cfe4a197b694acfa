import Support
import Tensors

/// A depthwise convolution followed by a 1×1 convolution that mixes the channels: far fewer weights than
/// the convolution it stands for.
///
/// - Inputs: `[batch, height, width, channels]`. Outputs: `[batch, height′, width′, filters]`.
/// - Weights: `depthwise_kernel` `[height, width, channels, multiplier]`, `pointwise_kernel`
///   `[1, 1, channels × multiplier, filters]` and `bias` `[filters]`.
///
/// Source: Chollet, 2017, Xception (arXiv:1610.02357).
public final class SeparableConv2D: Layer {
  /// The number of output channels.
  public let filters: Int
  /// The height and width of a depthwise filter.
  public let kernelSize: (Int, Int)
  /// How far the depthwise window moves at a step, down and to the right.
  public let strides: (Int, Int)
  /// What happens at the edge.
  public let padding: Padding
  /// The number of depthwise filters for each channel.
  public let depthMultiplier: Int
  /// The function applied to the outputs.
  public let activation: ActivationFunction
  /// Whether a bias is added.
  public let useBias: Bool
  private let initializers: (depthwise: Initializer, pointwise: Initializer, bias: Initializer)

  /// Creates an unbuilt layer; the weights appear with the input's shape.
  public init(
    filters: Int, kernelSize: (Int, Int), strides: (Int, Int) = (1, 1), padding: Padding = .valid,
    depthMultiplier: Int = 1, activation: ActivationFunction = .linear, useBias: Bool = true,
    depthwiseInitializer: Initializer = .glorotUniform, pointwiseInitializer: Initializer = .glorotUniform,
    biasInitializer: Initializer = .zeros, name: String? = nil
  ) {
    require(
      filters > 0 && depthMultiplier > 0,
      "\(name ?? "SeparableConv2D"): filters and depth multiplier are above zero; got \(filters) and "
        + "\(depthMultiplier)")
    requireWindow(kernelSize, strides, name ?? "SeparableConv2D")
    (self.filters, self.kernelSize, self.strides, self.padding) = (filters, kernelSize, strides, padding)
    (self.depthMultiplier, self.activation, self.useBias) = (depthMultiplier, activation, useBias)
    initializers = (depthwiseInitializer, pointwiseInitializer, biasInitializer)
    super.init(name: name)
  }

  /// Creates the two kernels, and the bias where there is one.
  public override func build(inputShape: [Int]) {
    requireImages(inputShape)
    let channels = inputShape[2]
    addWeight(
      "depthwise_kernel", shape: [kernelSize.0, kernelSize.1, channels, depthMultiplier],
      initializer: initializers.depthwise)
    addWeight(
      "pointwise_kernel", shape: [1, 1, channels * depthMultiplier, filters],
      initializer: initializers.pointwise)
    if useBias { addWeight("bias", shape: [filters], initializer: initializers.bias) }
  }

  /// Convolves channel by channel, mixes the channels, adds the bias, applies the activation.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    let channels = inputs.depthwiseConv2D(
      weight("depthwise_kernel").value, strides: strides, padding: padding)
    return activation(
      channels.conv2D(weight("pointwise_kernel").value, bias: useBias ? weight("bias").value : nil))
  }
}
