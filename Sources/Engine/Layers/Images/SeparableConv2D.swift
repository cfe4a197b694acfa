import Support
import Tensors

/// A depthwise convolution followed by a 1×1 convolution that mixes the channels.
///
/// It has far fewer weights than a convolution of the same window and channels.
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

  /// Creates an unbuilt layer.
  ///
  /// - Parameters:
  ///   - filters: The number of output channels.
  ///   - kernelSize: The size of a depthwise filter: `3`, or `Size2D(3, 5)`.
  ///   - strides: The steps of the window, down and to the right.
  ///   - padding: The treatment of the edges.
  ///   - depthMultiplier: The number of depthwise filters for each channel.
  ///   - activation: The function applied to the outputs.
  ///   - useBias: Whether a bias is added.
  ///   - depthwiseInitializer: The initial depthwise kernel.
  ///   - pointwiseInitializer: The initial pointwise kernel.
  ///   - biasInitializer: The initial bias.
  ///   - name: The layer's name.
  public init(
    filters: Int, kernelSize: Size2D, strides: Size2D = 1, padding: Padding = .valid,
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

  /// Creates the two kernels and, with ``BaseConv2D/useBias``, the bias.
  public override func build(inputShape: [Int]) {
    requireImages(inputShape)
    addWeight(
      "depthwise_kernel", shape: [kernelSize.height, kernelSize.width, inputShape[2], depthMultiplier],
      initializer: initializers.depthwise)
    addWeight(
      "pointwise_kernel", shape: [1, 1, inputShape[2] * depthMultiplier, filters],
      initializer: initializers.pointwise)
    addBias(count: filters)
  }

  /// The depthwise kernel, `[height, width, channels, multiplier]`; stops if the layer is not built.
  public var depthwiseKernel: Variable { weight("depthwise_kernel") }
  /// The pointwise kernel, `[1, 1, channels × multiplier, filters]`; stops if the layer is not built.
  public var pointwiseKernel: Variable { weight("pointwise_kernel") }

  /// Convolves channel by channel, mixes the channels, adds the bias, applies the activation.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    let channels = inputs.depthwiseConv2D(depthwiseKernel.value, strides: strides, padding: padding)
    return activation(channels.conv2D(pointwiseKernel.value, bias: biasValue))
  }

  /// A depthwise convolution without a bias, then a 1×1 convolution.
  public override var semantics: LayerSemantics {
    .composite(
      CompositeSemantics(
        weights: [
          ("depthwise_kernel", 0, "depthwise_kernel"), ("pointwise_kernel", 1, "kernel"),
        ] + (useBias ? [("bias", 1, "bias")] : [])
      ) { [self] uniqueName in
        [
          DepthwiseConv2D(
            kernelSize: kernelSize, strides: strides, padding: padding, depthMultiplier: depthMultiplier,
            useBias: false, name: uniqueName("\(name)_depthwise")),
          Conv2D(filters: filters, kernelSize: 1, activation: activation, useBias: useBias, name: name),
        ]
      })
  }

  /// The filters and the other settings, as in "8 filters 3×3, multiplier 2, same".
  public override var details: String {
    settings(filters: filters, multiplier: depthMultiplier)
  }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer {
    SeparableConv2D(
      filters: filters, kernelSize: kernelSize, strides: strides, padding: padding,
      depthMultiplier: depthMultiplier, activation: activation, useBias: useBias,
      depthwiseInitializer: initializers.depthwise, pointwiseInitializer: initializers.pointwise,
      biasInitializer: biasInitializer, name: name)
  }
}
