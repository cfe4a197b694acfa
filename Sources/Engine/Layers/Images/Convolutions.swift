import Support
import Tensors

/// A convolution of images with learned filters, plus a bias for each filter.
///
/// - Inputs: `[batch, height, width, channels]`. Outputs: `[batch, height′, width′, filters]`.
/// - Weights: `kernel` `[height, width, channels, filters]` and `bias` `[filters]`.
public final class Conv2D: BaseConv2D {
  /// The number of filters, and of output channels.
  public let filters: Int
  private let kernelInitializer: Initializer

  /// Creates an unbuilt layer.
  ///
  /// - Parameters:
  ///   - filters: The number of filters, and of output channels.
  ///   - kernelSize: The size of a filter: `3`, or `Size2D(3, 5)`.
  ///   - strides: The steps of the window, down and to the right.
  ///   - padding: The treatment of the edges.
  ///   - activation: The function applied to the outputs.
  ///   - useBias: Whether a bias is added.
  ///   - kernelInitializer: The initial kernel.
  ///   - biasInitializer: The initial bias.
  ///   - name: The layer's name.
  public init(
    filters: Int, kernelSize: Size2D, strides: Size2D = 1, padding: Padding = .valid,
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

  /// Creates an unbuilt layer from sizes in the form of tuples.
  ///
  /// - Parameters:
  ///   - filters: The number of filters, and of output channels.
  ///   - kernelSize: The height and the width of a filter.
  ///   - strides: The steps of the window, down and to the right.
  ///   - padding: The treatment of the edges.
  ///   - activation: The function applied to the outputs.
  ///   - useBias: Whether a bias is added.
  ///   - kernelInitializer: The initial kernel.
  ///   - biasInitializer: The initial bias.
  ///   - name: The layer's name.
  @available(*, deprecated, message: "write kernelSize: 3, or kernelSize: Size2D(3, 5), and strides alike")
  public convenience init(
    filters: Int, kernelSize: (Int, Int), strides: (Int, Int) = (1, 1), padding: Padding = .valid,
    activation: ActivationFunction = .linear, useBias: Bool = true,
    kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros,
    name: String? = nil
  ) {
    self.init(
      filters: filters, kernelSize: Size2D(kernelSize.0, kernelSize.1), strides: Size2D(strides.0, strides.1),
      padding: padding, activation: activation, useBias: useBias, kernelInitializer: kernelInitializer,
      biasInitializer: biasInitializer, name: name)
  }

  /// Creates the kernel and, with ``BaseConv2D/useBias``, the bias.
  public override func build(inputShape: [Int]) {
    requireImages(inputShape)
    addWeight(
      "kernel", shape: [kernelSize.height, kernelSize.width, inputShape[2], filters],
      initializer: kernelInitializer)
    addBias(count: filters)
  }

  /// The kernel, `[height, width, channels, filters]`; stops if the layer is not built.
  public var kernel: Variable { weight("kernel") }

  /// Convolves, adds the bias, applies the activation.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    activation(inputs.conv2D(kernel.value, bias: biasValue, strides: strides, padding: padding))
  }

  /// A convolution.
  public override var semantics: LayerSemantics {
    .linear(
      LinearSemantics(.convolution(window), hasBias: useBias, activation: activation) { [self] in
        Conv2D(
          filters: filters, kernelSize: kernelSize, strides: strides, padding: padding, useBias: useBias,
          name: name)
      })
  }

  package override var computesAsStated: Bool { true }

  /// The filters and the other settings, as in "8 filters 3×3, same, relu".
  public override var details: String { settings(filters: filters) }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer {
    Conv2D(
      filters: filters, kernelSize: kernelSize, strides: strides, padding: padding, activation: activation,
      useBias: useBias, kernelInitializer: kernelInitializer, biasInitializer: biasInitializer, name: name)
  }
}

/// A convolution of each channel with its own filters, plus a bias for each output channel.
///
/// - Inputs: `[batch, height, width, channels]`. Outputs: `[batch, height′, width′, channels × multiplier]`.
/// - Weights: `depthwise_kernel` `[height, width, channels, multiplier]` and `bias` `[channels × multiplier]`.
///
/// Source: Howard et al., 2017, MobileNets, section 3.1 (arXiv:1704.04861).
public final class DepthwiseConv2D: BaseConv2D {
  /// The number of filters for each channel.
  public let depthMultiplier: Int
  private let depthwiseInitializer: Initializer

  /// Creates an unbuilt layer.
  ///
  /// - Parameters:
  ///   - kernelSize: The size of a filter: `3`, or `Size2D(3, 5)`.
  ///   - strides: The steps of the window, down and to the right.
  ///   - padding: The treatment of the edges.
  ///   - depthMultiplier: The number of filters for each channel.
  ///   - activation: The function applied to the outputs.
  ///   - useBias: Whether a bias is added.
  ///   - depthwiseInitializer: The initial kernel.
  ///   - biasInitializer: The initial bias.
  ///   - name: The layer's name.
  public init(
    kernelSize: Size2D, strides: Size2D = 1, padding: Padding = .valid, depthMultiplier: Int = 1,
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

  /// Creates the kernel and, with ``BaseConv2D/useBias``, the bias.
  public override func build(inputShape: [Int]) {
    requireImages(inputShape)
    addWeight(
      "depthwise_kernel", shape: [kernelSize.height, kernelSize.width, inputShape[2], depthMultiplier],
      initializer: depthwiseInitializer)
    addBias(count: inputShape[2] * depthMultiplier)
  }

  /// The kernel, `[height, width, channels, multiplier]`; stops if the layer is not built.
  public var depthwiseKernel: Variable { weight("depthwise_kernel") }

  /// Convolves channel by channel, adds the bias, applies the activation.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    activation(
      inputs.depthwiseConv2D(
        depthwiseKernel.value, bias: biasValue, strides: strides, padding: padding))
  }

  /// A convolution of each channel.
  public override var semantics: LayerSemantics {
    .linear(
      LinearSemantics(
        .depthwise(window), kernelName: "depthwise_kernel", hasBias: useBias, activation: activation
      ) { [self] in
        DepthwiseConv2D(
          kernelSize: kernelSize, strides: strides, padding: padding, depthMultiplier: depthMultiplier,
          useBias: useBias, name: name)
      })
  }

  package override var computesAsStated: Bool { true }

  /// The filters and the other settings, as in "3×3, multiplier 2, same".
  public override var details: String { settings(multiplier: depthMultiplier) }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer {
    DepthwiseConv2D(
      kernelSize: kernelSize, strides: strides, padding: padding, depthMultiplier: depthMultiplier,
      activation: activation, useBias: useBias, depthwiseInitializer: depthwiseInitializer,
      biasInitializer: biasInitializer, name: name)
  }
}

/// The base class of convolutions of images: a sliding window, a bias and an activation.
///
/// Inputs: `[batch, height, width, channels]`. Outputs: `[batch, height′, width′, filters]`.
public class BaseConv2D: Layer {
  /// The size of a filter.
  public let kernelSize: Size2D
  /// The steps of the window, down and to the right.
  public let strides: Size2D
  /// The treatment of the edges.
  public let padding: Padding
  /// The function applied to the outputs.
  public let activation: ActivationFunction
  /// Whether a bias is added.
  public let useBias: Bool
  let biasInitializer: Initializer

  init(
    kernelSize: Size2D, strides: Size2D, padding: Padding, activation: ActivationFunction,
    useBias: Bool, biasInitializer: Initializer, name: String?
  ) {
    requireWindow(kernelSize, strides, name ?? "\(Self.self)")
    (self.kernelSize, self.strides, self.padding) = (kernelSize, strides, padding)
    (self.activation, self.useBias, self.biasInitializer) = (activation, useBias, biasInitializer)
    super.init(name: name)
  }

  /// The bias, one number for each output channel; stops if the layer is not built or has none.
  public var bias: Variable { weight("bias") }

  /// The window.
  var window: ImageWindow { ImageWindow(size: kernelSize, strides: strides, padding: padding) }

  /// Creates a bias of `count` numbers if the layer has one.
  func addBias(count: Int) {
    if useBias { addWeight("bias", shape: [count], initializer: biasInitializer) }
  }

  /// The current value of the bias if the layer has one.
  var biasValue: Tensor? { useBias ? bias.value : nil }

  /// The settings for a description, without the usual ones: a multiplier of 1, strides of 1, a bias.
  func settings(filters: Int? = nil, multiplier: Int = 1) -> String {
    let count = filters.map { $0 == 1 ? "1 filter " : "\($0) filters " } ?? ""
    var parts = ["\(count)\(kernelSize)"]
    if multiplier != 1 { parts.append("multiplier \(multiplier)") }
    if strides != 1 { parts.append("strides \(strides)") }
    parts += ["\(padding)"] + activation.details
    if !useBias { parts.append("no bias") }
    return parts.joined(separator: ", ")
  }
}
