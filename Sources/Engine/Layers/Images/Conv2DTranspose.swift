import Support
import Tensors

/// A transposed convolution: it enlarges images by its strides with learned filters, plus a bias for each filter.
///
/// Each pixel is multiplied by the kernel, and the products are added to the output, where the windows of neighbouring
/// pixels lie ``BaseConv2D/strides`` apart.
///
/// - Inputs: `[batch, height, width, channels]`. Outputs: `[batch, height′, width′, filters]`, where height′ is
///   strides · height with `.same`, and strides · height + max(window − strides, 0) with `.valid`; width′ alike.
/// - Weights: `kernel` `[height, width, channels, filters]`, as that of ``Conv2D``, and `bias` `[filters]`. (Keras's
///   kernel has the last two dimensions the other way round.)
///
/// Source: Dumoulin and Visin, 2016, "A guide to convolution arithmetic", chapter 4 (arXiv:1603.07285).
public final class Conv2DTranspose: BaseConv2D {
  /// The number of filters, and of output channels.
  public let filters: Int
  private let kernelInitializer: Initializer

  /// Creates an unbuilt layer.
  ///
  /// - Parameters:
  ///   - filters: The number of filters, and of output channels.
  ///   - kernelSize: The size of a filter: `3`, or `Size2D(3, 5)`.
  ///   - strides: The factors of enlargement, down and to the right.
  ///   - padding: Whether what the windows reach beyond strides · height and strides · width is cut off (`.same`) or
  ///     kept (`.valid`).
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
    require(filters > 0, "\(name ?? "Conv2DTranspose"): filters are above zero; got \(filters)")
    (self.filters, self.kernelInitializer) = (filters, kernelInitializer)
    super.init(
      kernelSize: kernelSize, strides: strides, padding: padding, activation: activation, useBias: useBias,
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

  /// Adds the products of the pixels and the kernel, and the bias, then applies the activation.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    activation(inputs.transposedConv2D(kernel.value, bias: biasValue, strides: strides, padding: padding))
  }

  /// A transposed convolution.
  public override var semantics: LayerSemantics {
    .linear(
      LinearSemantics(.transposedConvolution(window), hasBias: useBias, activation: activation) { [self] in
        Conv2DTranspose(
          filters: filters, kernelSize: kernelSize, strides: strides, padding: padding, useBias: useBias,
          name: name)
      })
  }

  /// The filters and the other settings, as in "8 filters 3×3, strides 2×2, same, relu".
  public override var details: String { settings(filters: filters) }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer {
    Conv2DTranspose(
      filters: filters, kernelSize: kernelSize, strides: strides, padding: padding, activation: activation,
      useBias: useBias, kernelInitializer: kernelInitializer, biasInitializer: biasInitializer, name: name)
  }
}
