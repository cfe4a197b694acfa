import Tensors

/// A convolution and the layers right after it that a model computes as one operation: batch normalization,
/// ReLU, max pooling; or batch normalization alone.
///
/// Fusion changes how a model runs, and not its graph: the nodes stay as the user made them. Layers are fused only
/// if they compute exactly this, each is called once, and no other layer reads the values between them. A custom
/// layer is called, whatever its semantics.
///
/// The outputs may be fake-quantized. Rounding is monotone, so max(round(x)) = round(max(x)):
/// quantization follows pooling, which has made the tensor smaller, and the numbers are the same. Gradients are
/// the same but for ties, where several pixels of a window are rounded to its maximum. Unfused, the first of the
/// tied pixels receives the gradient; fused, the pixel that was largest before rounding. Whether the gradient
/// passes depends on the same pixel: it does not if the pixel is beyond the range, or not above 0. What that pixel gives
/// to the gradient of a learned step or clip does, too.
struct FusedConvolution: FusedOperation {
  private let source: any ConvolutionProducing
  private let convolution: FusableConvolution
  private var normalization: BatchNormalization?
  private var activation: ElementFunction
  private var quantization: (any OutputQuantizing)?
  private var pooling: ImageWindow?
  /// The indices of the nodes after the convolution's, in order.
  private(set) var laterNodes: [Int] = []

  /// The operation that starts at a node, or nil if no layer can be fused with it.
  init?(startingAt start: Int, in nodes: [ModelNode], outputs: [Int]) {
    guard let source = nodes[start].layer as? any ConvolutionProducing, let convolution = source.convolution,
      nodes.calls(of: source) == 1
    else { return nil }
    (self.source, self.convolution) = (source, convolution)
    activation = convolution.activation
    if convolution.quantizesOutput {
      guard let layer = source as? any OutputQuantizing else { return nil }
      quantization = layer
    }
    var last = start
    while let next = nodes.onlyReader(of: last, outputs: outputs), fuse(nodes[next].layer, after: nodes[last])
    {
      laterNodes.append(next)
      last = next
    }
    let normalizes = normalization != nil || convolution.hasNormalization
    guard Self.isRectifier(activation) || activation == .linear && normalizes else { return nil }
  }

  /// Adds `layer` to the operation if it may follow the layers so far.
  ///
  /// - Returns: Whether the layer was added.
  private mutating func fuse(_ layer: Layer, after node: ModelNode) -> Bool {
    let isLinear = activation == .linear && quantization == nil
    if isLinear, let layer = layer as? any OutputQuantizing {
      guard layer.layer.computesAsStated, let function = layer.layer.elementFunction,
        Self.isRectifier(function)
      else { return false }
      (activation, quantization) = (function, layer)
      return true
    }
    guard layer.computesAsStated else { return false }
    switch layer.semantics {
    case .normalization(let layer)
    where convolution.takesNormalization && normalization == nil && isLinear:
      normalization = layer
    case .activation(let function) where isLinear && Self.isRectifier(function):
      activation = function
    case .dataMovement(.maxPooling(let window)) where pooling == nil && activation != .linear:
      let (size, image) = (window.size, node.outputShape)
      let fits = image[0] % size.height == 0 && image[1] % size.width == 0
      guard size == window.strides, window.padding == .valid || fits, size.height * size.width <= 254 else {
        return false
      }
      // A pixel outside of all windows would not be observed by the quantizer.
      guard quantization.map({ fits && $0.allowsPoolingFirst }) ?? true else { return false }
      pooling = window
    default: return false
    }
    return true
  }

  /// Whether a function is ReLU or ReLU6, which the kernels compute.
  static func isRectifier(_ function: ElementFunction) -> Bool {
    function == .relu(maximum: nil) || function == .relu(maximum: 6)
  }

  /// Computes the same as the layers one after the other.
  ///
  /// - Returns: Nil if the layers must be called, as in inference, where normalization uses other statistics, or while a
  ///   quantizer observes all values in front of a pooling; then nothing has changed.
  func callAsFunction(_ given: [Tensor], training: Bool) -> Tensor? {
    let inputs = given[0]
    guard normalization.map({ training && $0.trainable }) ?? true,
      pooling == nil || quantization?.mayFollowPooling(training: training) ?? true,
      let operands = source.beginConvolution(of: inputs, training: training)
    else { return nil }
    let poolSize = pooling?.size ?? 1
    let size = poolSize.height * poolSize.width
    if activation == .linear, normalization == nil, operands.normalization == nil {
      let (strides, padding) = (convolution.window.strides, convolution.window.padding)
      let convolve = convolution.isDepthwise ? Tensor.depthwiseConv2D : Tensor.conv2D
      let sums = convolve(inputs)(operands.kernel, operands.bias, strides, padding)
      return quantization?.quantizeOutputs(sums, maximaOf: 1, training: training) ?? sums
    }
    guard let quantization else { return pooled(inputs, operands, .unquantized) }
    if let inPlace = quantization.pooledQuantization(maximaOf: size, training: training) {
      return pooled(inputs, operands, inPlace)
    }
    // Others observe more than the range, or learn otherwise: they quantize in a pass of their own.
    return quantization.quantizeOutputs(
      pooled(inputs, operands, .unquantized), maximaOf: size, training: training)
  }

  /// Computes everything up to the pooling, and quantizes its result in the same operation.
  private func pooled(
    _ inputs: Tensor, _ operands: ConvolutionOperands, _ quantization: PooledQuantization
  ) -> Tensor {
    let (strides, padding) = (convolution.window.strides, convolution.window.padding)
    let maxValue: Float? = activation == .relu(maximum: 6) ? 6 : nil
    let poolSize = pooling?.size ?? 1
    guard let normalization = normalization ?? operands.normalization else {
      return inputs.conv2DReLUMaxPool(
        operands.kernel, bias: operands.bias, strides: strides, padding: padding, maxValue: maxValue,
        poolSize: poolSize, rounding: quantization, isDepthwise: convolution.isDepthwise)
    }
    let (gamma, beta) = normalization.scaleAndShift
    let batch =
      activation == .linear
      ? inputs.conv2DBatchNorm(
        operands.kernel, bias: operands.bias, strides: strides, padding: padding, gamma: gamma, beta: beta,
        epsilon: normalization.epsilon, rounding: quantization, isDepthwise: convolution.isDepthwise)
      : inputs.conv2DBatchNormReLUMaxPool(
        operands.kernel, bias: operands.bias, strides: strides, padding: padding, gamma: gamma, beta: beta,
        epsilon: normalization.epsilon, maxValue: maxValue, poolSize: poolSize, rounding: quantization,
        isDepthwise: convolution.isDepthwise)
    let pixels = normalization.inputShapes.map { $0[0][0] * $0[0][1] } ?? 1
    normalization.updateStatistics(
      towards: batch.mean, batch.variance, examples: inputs.shape[0] * pixels, areImages: true)
    return batch.result
  }
}

/// A layer whose call is one convolution, which can be the first layer of a ``FusedConvolution``.
///
/// ``Conv2D`` and ``DepthwiseConv2D`` are, and so are layers around it that substitute another kernel.
package protocol ConvolutionProducing: Layer {
  /// The settings of the convolution; nil if there is none, or if its outputs are processed in a way that
  /// ``ConvolutionOperands`` cannot express.
  var convolution: FusableConvolution? { get }

  /// Begins a call of the layer: changes everything that the call changes, such as a range.
  ///
  /// A model calls this once, instead of calling the layer.
  ///
  /// - Returns: The operands of the convolution, or nil if the call is something else in the layer's present state.
  ///   Then nothing has changed, and the model calls the layer.
  func beginConvolution(of inputs: Tensor, training: Bool) -> ConvolutionOperands?
}

/// The settings of a convolution that other layers can be fused with.
package struct FusableConvolution {
  /// The window of the kernel.
  package let window: ImageWindow
  /// Whether each channel has kernels of its own.
  package let isDepthwise: Bool
  /// The function applied to the sums.
  package let activation: ElementFunction
  /// Whether a normalization behind the layer may be fused; not if the layer has its own.
  package var takesNormalization: Bool
  /// Whether the layer has a normalization of its own.
  package let hasNormalization: Bool
  /// Whether the layer fake-quantizes its outputs; then it is ``OutputQuantizing``.
  package var quantizesOutput = false

  /// The convolution that a layer computes; nil if it computes something else.
  package init?(_ semantics: LayerSemantics, takesNormalization: Bool, hasNormalization: Bool = false) {
    guard case .linear(let linear) = semantics else { return nil }
    switch linear.product {
    case .convolution(let window): (self.window, isDepthwise) = (window, false)
    case .depthwise(let window): (self.window, isDepthwise) = (window, true)
    default: return nil
    }
    activation = linear.activation.semantics
    (self.takesNormalization, self.hasNormalization) = (takesNormalization, hasNormalization)
  }
}

/// The operands of the convolution in a layer's call.
package struct ConvolutionOperands {
  /// The kernel.
  package let kernel: Tensor
  /// The bias, if one is added.
  package let bias: Tensor?
  /// The normalization by the statistics of the batch that follows, if any.
  package let normalization: BatchNormalization?

  /// Creates the operands of a convolution.
  package init(kernel: Tensor, bias: Tensor?, normalization: BatchNormalization? = nil) {
    (self.kernel, self.bias, self.normalization) = (kernel, bias, normalization)
  }
}

extension Conv2D: ConvolutionProducing {
  package var convolution: FusableConvolution? { FusableConvolution(semantics, takesNormalization: true) }

  package func beginConvolution(of inputs: Tensor, training: Bool) -> ConvolutionOperands? {
    ConvolutionOperands(kernel: kernel.value, bias: biasValue)
  }
}

extension DepthwiseConv2D: ConvolutionProducing {
  package var convolution: FusableConvolution? { FusableConvolution(semantics, takesNormalization: true) }

  package func beginConvolution(of inputs: Tensor, training: Bool) -> ConvolutionOperands? {
    ConvolutionOperands(kernel: depthwiseKernel.value, bias: biasValue)
  }
}

/// A layer around another layer that fake-quantizes its outputs.
package protocol OutputQuantizing: Layer {
  /// The layer inside.
  var layer: Layer { get }

  /// Whether quantization is monotone on [0, ∞), so that it may follow a max pooling in some calls.
  var allowsPoolingFirst: Bool { get }

  /// Whether a max pooling may run before the quantization of a call.
  func mayFollowPooling(training: Bool) -> Bool

  /// Observes and quantizes the outputs of the layer inside, as a call of this layer does.
  ///
  /// A model calls this once, instead of calling the layer. The outputs are the maxima of `size` values each.
  func quantizeOutputs(_ outputs: Tensor, maximaOf size: Int, training: Bool) -> Tensor

  /// How the operation that computes the outputs quantizes them, which are maxima of `size` values each.
  ///
  /// A model calls this once, instead of calling the layer.
  ///
  /// - Returns: The quantization, or nil if outputs are quantized by ``quantizeOutputs(_:maximaOf:training:)``.
  func pooledQuantization(maximaOf size: Int, training: Bool) -> PooledQuantization?
}
