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
public final class SeparableConv2D: BaseConv2D {
  /// The number of output channels.
  public let filters: Int
  /// The number of depthwise filters for each channel.
  public let depthMultiplier: Int
  private let initializers: (depthwise: Initializer, pointwise: Initializer)

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
    (self.filters, self.depthMultiplier) = (filters, depthMultiplier)
    initializers = (depthwiseInitializer, pointwiseInitializer)
    super.init(
      kernelSize: kernelSize, strides: strides, padding: padding, activation: activation, useBias: useBias,
      biasInitializer: biasInitializer, name: name)
  }

  /// Creates the two kernels, and the bias where there is one.
  public override func build(inputShape: [Int]) {
    requireImages(inputShape)
    addWeight(
      "depthwise_kernel", shape: [kernelSize.0, kernelSize.1, inputShape[2], depthMultiplier],
      initializer: initializers.depthwise)
    addWeight(
      "pointwise_kernel", shape: [1, 1, inputShape[2] * depthMultiplier, filters],
      initializer: initializers.pointwise)
    addBias(count: filters)
  }

  /// Convolves channel by channel, mixes the channels, adds the bias, applies the activation.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    let channels = inputs.depthwiseConv2D(
      weight("depthwise_kernel").value, strides: strides, padding: padding)
    return activation(channels.conv2D(weight("pointwise_kernel").value, bias: bias))
  }

  /// A layer of the same settings and name, not built.
  public override func copied() -> Layer {
    SeparableConv2D(
      filters: filters, kernelSize: kernelSize, strides: strides, padding: padding,
      depthMultiplier: depthMultiplier, activation: activation, useBias: useBias,
      depthwiseInitializer: initializers.depthwise, pointwiseInitializer: initializers.pointwise,
      biasInitializer: biasInitializer, name: name)
  }
}
