import Support
import Tensors

/// A convolution of each channel with filters of its own, plus a bias for each output.
///
/// - Inputs: `[batch, height, width, channels]`. Outputs: `[batch, height′, width′, channels × multiplier]`.
/// - Weights: `depthwise_kernel` `[height, width, channels, multiplier]` and `bias` `[channels × multiplier]`.
///
/// Source: Howard et al., 2017, MobileNets, section 3.1 (arXiv:1704.04861).
public final class DepthwiseConv2D: BaseConv2D {
  /// The number of filters for each channel.
  public let depthMultiplier: Int
  private let depthwiseInitializer: Initializer

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
    (self.depthMultiplier, self.depthwiseInitializer) = (depthMultiplier, depthwiseInitializer)
    super.init(
      kernelSize: kernelSize, strides: strides, padding: padding, activation: activation, useBias: useBias,
      biasInitializer: biasInitializer, name: name)
  }

  /// Creates the kernel, and the bias where there is one.
  public override func build(inputShape: [Int]) {
    requireImages(inputShape)
    addWeight(
      "depthwise_kernel", shape: [kernelSize.0, kernelSize.1, inputShape[2], depthMultiplier],
      initializer: depthwiseInitializer)
    addBias(count: inputShape[2] * depthMultiplier)
  }

  /// Convolves channel by channel, adds the bias, applies the activation.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    activation(
      inputs.depthwiseConv2D(
        weight("depthwise_kernel").value, bias: bias, strides: strides, padding: padding))
  }

  /// A layer of the same settings and name, not built.
  public override func copied() -> Layer {
    DepthwiseConv2D(
      kernelSize: kernelSize, strides: strides, padding: padding, depthMultiplier: depthMultiplier,
      activation: activation, useBias: useBias, depthwiseInitializer: depthwiseInitializer,
      biasInitializer: biasInitializer, name: name)
  }
}
