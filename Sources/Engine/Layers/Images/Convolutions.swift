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

/// What the convolutions of images have in common: a window that slides, a bias and an activation.
///
/// Inputs: `[batch, height, width, channels]`. Outputs: `[batch, height′, width′, filters]`.
public class BaseConv2D: Layer {
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
  let biasInitializer: Initializer

  init(
    kernelSize: (Int, Int), strides: (Int, Int), padding: Padding, activation: ActivationFunction,
    useBias: Bool, biasInitializer: Initializer, name: String?
  ) {
    requireWindow(kernelSize, strides, name ?? "\(Self.self)")
    (self.kernelSize, self.strides, self.padding) = (kernelSize, strides, padding)
    (self.activation, self.useBias, self.biasInitializer) = (activation, useBias, biasInitializer)
    super.init(name: name)
  }

  /// Creates the bias of so many outputs, where there is one.
  func addBias(count: Int) {
    if useBias { addWeight("bias", shape: [count], initializer: biasInitializer) }
  }

  /// The bias as it is now, where there is one.
  var bias: Tensor? { useBias ? weight("bias").value : nil }
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
