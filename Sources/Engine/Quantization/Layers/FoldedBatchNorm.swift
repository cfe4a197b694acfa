import Layers
import Quantizers
import Support
import Tensors

/// A convolution or dense layer with the batch normalization behind it, folded into one layer.
///
/// In inference γ/σ multiplies the kernel, the rest goes into the bias, and the folded kernel is quantized. What
/// training computes depends on the ``BatchNormFolding``. The output of a channel with γ = 0 is β; in training its
/// kernel stays unfolded, because γ/σ could not be divided out again.
public final class FoldedBatchNorm: Layer {
  /// The layer that the normalization is folded into, which has no activation.
  public let layer: Layer
  /// The normalization.
  public let normalization: BatchNormalization
  /// The quantizer of the folded kernel, or nil if the kernel is not quantized.
  public let quantizer: Quantizer?
  /// What training computes.
  public let folding: BatchNormFolding
  /// The number of training steps after which the moving statistics are used and no longer change; nil for never.
  public let freezesAfter: Int?

  /// The statistics of the batches of the last steps of training; nil before the first.
  private(set) var recent: BatchStatistics?
  /// The moving statistics before the step of training that is under way, and its calls so far.
  private var underway: (before: BatchStatistics.Moving, calls: Int)?

  /// What the layer computes.
  package let linear: LinearSemantics
  /// The name of the kernel among the layer's weights.
  var kernelName: String { linear.kernelName }

  /// Folds a normalization into the layer before it.
  ///
  /// - Parameters:
  ///   - layer: A convolution or dense layer without activation.
  ///   - normalization: The normalization of its outputs.
  ///   - quantizer: The quantizer of the folded kernel, if it is quantized.
  ///   - folding: What training computes.
  ///   - freezesAfter: The number of training steps after which the statistics are frozen; nil for never.
  ///   - name: The name; by default those of both layers.
  public init(
    _ layer: Layer, _ normalization: BatchNormalization, quantizer: Quantizer?,
    folding: BatchNormFolding = .singleConvolution, freezesAfter: Int? = nil, name: String? = nil
  ) {
    (self.layer, self.normalization, self.quantizer) = (layer, normalization, quantizer)
    (self.folding, self.freezesAfter) = (folding, freezesAfter)
    guard let linear = layer.linearSemantics, linear.activation == .linear else {
      stop("\(layer.title): a normalization is folded into a convolution or dense layer without activation")
    }
    self.linear = linear
    super.init(name: name ?? "\(layer.name)_\(normalization.name)")
    if !layer.trainable && !normalization.trainable { trainable = false }
  }

  /// Whether training changes the kernel that is quantized, and so what its quantizer learns.
  public override var trainsOwnWeights: Bool {
    layer.trainable || folding != .unfolded && normalization.trainable
  }

  /// The layer and its normalization.
  public override var sublayers: [Layer] { [layer, normalization] }

  /// A layer of copies of both layers, with a fresh quantizer of the same settings.
  public override func copied() throws(LayerCopyError) -> Layer {
    guard let normalization = try normalization.copiedWithState() as? BatchNormalization else {
      stop("\(title): a copy of its normalization is no BatchNormalization")
    }
    return FoldedBatchNorm(
      try layer.copiedWithState(), normalization, quantizer: quantizer?.copied(), folding: folding,
      freezesAfter: freezesAfter, name: name)
  }

  /// Builds both layers, then adds the quantizer's variables and the count of steps as weights.
  public override func build(inputShapes: [[Int]]) {
    layer.buildOnce(inputShapes: inputShapes)
    let example = layer(inputShapes.map { Tensor.zeros([1] + $0) })
    normalization.buildOnce(inputShape: Array(example.shape.dropFirst()))
    if let quantizer { addQuantizer(quantizer, of: kernelName, shape: layer.weight(at: kernelName).shape) }
    if freezesAfter != nil { addWeight("steps", shape: [], initializer: .zeros, trainable: false) }
  }

  /// Computes the normalized outputs: in inference with the folded kernel, in training by the ``folding``.
  public override func call(_ inputs: [Tensor], training: Bool) -> Tensor {
    guard let operands = beginCall(inputs, training: training) else {
      return normalization(convolved(inputs, unfolded(training: training)), training: false)
    }
    let outputs = convolved(inputs, operands)
    return operands.normalization.map { $0(outputs, training: true) } ?? outputs
  }

  /// Computes the normalized outputs for one input.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor { call([inputs], training: training) }

  /// Stores the range that inference quantizes the folded kernel to, so that it is saved with the weights.
  public override func weightsChanged() {
    quantizer?.storeRange(of: quantizedKernelSource)
    guard let (before, calls) = underway else { return }
    underway = nil
    guard let batch = BatchStatistics(of: normalization, since: before, batches: calls) else { return }
    if recent?.move(towards: batch) == nil { recent = batch }
  }

  /// Gives a learned range of the folded kernel the factor that the kernel gets from another moving variance, so that
  /// the codes of its channels stay.
  func scaleLearnedRange(for variance: Tensor) {
    guard folding != .unfolded, let quantizer, quantizer.variables.contains(where: \.variable.trainable)
    else {
      return
    }
    let factors =
      (standardDeviation(normalization.movingVariance.value) / standardDeviation(variance)).values
    let range = quantizer.storedRange
    guard range.low.count == factors.count else { return }
    quantizer.storedRange = ValueRange(
      low: zip(range.low, factors).map { $0 * $1 }, high: zip(range.high, factors).map { $0 * $1 })
  }

  /// Forgets the batches of training, after the moving statistics were found anew.
  func forgetBatches() { (recent, underway) = (nil, nil) }

  /// Whether the statistics are frozen.
  private var isFrozen: Bool {
    let isOver = freezesAfter.map { Int(weight("steps").value.scalar) >= $0 } ?? false
    return isOver || !normalization.trainable
  }

  // MARK: The forms

  /// Begins a call: counts a training step, updates ranges and statistics, and returns the call's operands.
  ///
  /// - Returns: The kernel, the bias and the normalization of the call. Nil, and nothing has changed, if a
  ///   normalization by the moving statistics must follow, which these operands cannot express.
  private func beginCall(_ inputs: [Tensor], training: Bool) -> ConvolutionOperands? {
    let learns = training && !isFrozen
    if folding == .unfolded && !learns { return nil }
    if learns { underway = (underway?.before ?? .init(of: normalization), (underway?.calls ?? 0) + 1) }
    if learns, freezesAfter != nil { weight("steps").value = weight("steps").value + 1 }
    switch folding {
    case .unfolded: return unfolded(training: training)
    case .singleConvolution where learns: return singleConvolution()
    case .twoConvolutions where learns: return twoConvolutions(inputs, corrected: false)
    case .twoConvolutionsCorrected where learns: return twoConvolutions(inputs, corrected: true)
    default: return ConvolutionOperands(kernel: quantized(foldedKernel, training), bias: foldedBias)
    }
  }

  private func unfolded(training: Bool) -> ConvolutionOperands {
    ConvolutionOperands(
      kernel: quantized(kernel, training), bias: hasBias ? bias : nil, normalization: normalization)
  }

  /// Scales the quantized kernel back instead of the output, which is the same and costs next to nothing.
  private func singleConvolution() -> ConvolutionOperands {
    let factor = spread(invertibleFactor(standardDeviation(normalization.movingVariance.value)))
    return ConvolutionOperands(
      kernel: quantized(kernel * factor, true) / factor, bias: hasBias ? bias : nil,
      normalization: normalization)
  }

  private func twoConvolutions(_ inputs: [Tensor], corrected: Bool) -> ConvolutionOperands {
    let movingBefore = standardDeviation(normalization.movingVariance.value)
    let plain = convolved(inputs, ConvolutionOperands(kernel: kernel, bias: hasBias ? bias : nil))
    let axes = Array(0..<(plain.rank - 1))
    let mean = plain.mean(axes: axes)
    let batch = standardDeviation((plain - mean).squared().mean(axes: axes))
    _ = normalization(plain.detached(), training: true)  // moves the moving statistics
    var used = quantized(kernel * spread(gamma / (corrected ? movingBefore : batch)), true)
    if corrected { used = used * spread(movingBefore / batch) }
    // The stored range is that of the kernel which inference will use.
    if !corrected, let quantizer, quantizer.phase == .learning, quantizer.observesInTraining {
      quantizer.observeIfFinite(foldedKernel.detached())
    }
    return ConvolutionOperands(kernel: used, bias: beta + (bias - mean) * gamma / batch)
  }

  // MARK: Folded weights

  /// The kernel as inference uses it, before quantization: times γ/σ of the moving statistics.
  public var foldedKernel: Tensor { kernel * foldingFactor }

  /// The tensor that inference quantizes: the folded kernel, or the layer's own with ``BatchNormFolding/unfolded``.
  package var quantizedKernelSource: Tensor {
    (folding == .unfolded ? layer.weight(at: kernelName).value : foldedKernel).detached()
  }

  /// γ/σ of the moving statistics, shaped to multiply the kernel.
  var foldingFactor: Tensor {
    spread(gamma / standardDeviation(normalization.movingVariance.value))
  }

  /// The bias as inference uses it: β + (b − μ)·γ/σ of the moving statistics.
  public var foldedBias: Tensor {
    let mean = normalization.movingMean.value
    return beta + (bias - mean) * gamma / standardDeviation(normalization.movingVariance.value)
  }

  private var kernel: Tensor { layer.weight(at: kernelName).value }
  private var channels: [Int] { normalization.movingMean.shape }
  private var gamma: Tensor {
    normalization.scale ? normalization.gamma.value : .filled(1, shape: channels)
  }
  private var beta: Tensor { normalization.center ? normalization.beta.value : .zeros(channels) }
  private var bias: Tensor { hasBias ? layer.weight("bias").value : .zeros(channels) }
  private var hasBias: Bool { linear.hasBias }

  private func standardDeviation(_ variance: Tensor) -> Tensor { (variance + normalization.epsilon).sqrt() }

  /// γ/σ, or 1 where γ is 0.
  private func invertibleFactor(_ deviation: Tensor) -> Tensor {
    let gamma = gamma
    let isZero = Tensor(gamma.values.map { $0 == 0 ? 1 : 0 }, shape: gamma.shape)
    return gamma / deviation + isZero
  }

  /// Shapes one number for each output channel to multiply the kernel.
  private func spread(_ factor: Tensor) -> Tensor {
    let axes = linear.channelAxes.count
    return axes == 1 ? factor : factor.reshaped(Array(layer.weight(at: kernelName).shape.suffix(axes)))
  }

  private func quantized(_ kernel: Tensor, _ training: Bool) -> Tensor {
    quantizer.map { $0.quantizedWeight(kernel, training: training) } ?? kernel
  }

  /// Calls the layer with another kernel and, if there is one, another bias.
  private func convolved(_ inputs: [Tensor], _ operands: ConvolutionOperands) -> Tensor {
    layer.weight(at: kernelName).substituting(operands.kernel) {
      if hasBias {
        return layer.weight("bias").substituting(operands.bias ?? .zeros(channels)) { layer(inputs) }
      }
      guard let bias = operands.bias else { return layer(inputs) }
      switch linear.product {
      case .convolution(let window):
        return inputs[0].conv2D(
          operands.kernel, bias: bias, strides: window.strides, padding: window.padding)
      case .depthwise(let window):
        return inputs[0].depthwiseConv2D(
          operands.kernel, bias: bias, strides: window.strides, padding: window.padding)
      default: return layer(inputs) + bias
      }
    }
  }
}

/// Lets a model fuse the layer with its neighbours.
extension FoldedBatchNorm: ConvolutionProducing {
  package var convolution: FusableConvolution? {
    FusableConvolution(.linear(linear), takesNormalization: false, hasNormalization: true)
  }

  package func beginConvolution(of inputs: Tensor, training: Bool) -> ConvolutionOperands? {
    beginCall([inputs], training: training)
  }
}

/// How training computes a batch normalization that is folded into the convolution or dense layer before it.
///
/// Inference has one form: the kernel times γ/σ of the moving statistics, quantized, and a bias. All forms below
/// lead to it; they differ in what training computes before the activation. σ² is the variance plus epsilon, the
/// index m stands for the moving and B for the batch statistics, q is the fake quantization:
///
/// | form | training computes, before the activation |
/// | :--- | :--- |
/// | `singleConvolution` | BN(conv(x, q(W·γ/σm)) · σm/γ + b), normalized by the batch |
/// | `twoConvolutions` | conv(x, q(W·γ/σB)) + β + (b − μB)·γ/σB; a float convolution first gives μB and σB |
/// | `twoConvolutionsCorrected` | conv(x, q(W·γ/σm)) · σm/σB + β + (b − μB)·γ/σB |
/// | `movingStatistics` | conv(x, q(W·γ/σm)) + β + (b − μm)·γ/σm; the statistics stay |
/// | `unfolded` | BN(conv(x, q(W)) + b): TFMOT's |
public enum BatchNormFolding: String, Hashable, Codable, Sendable, CaseIterable {
  /// One convolution with the kernel folded by the moving statistics.
  ///
  /// Its output is scaled back and normalized by the batch's statistics.
  ///
  /// Source: PyTorch's `torch.ao.nn.intrinsic.qat.ConvBn2d`.
  case singleConvolution
  /// The kernel folded by the batch's statistics, which a float convolution finds first.
  ///
  /// Source: Jacob et al., 2018, section 3.2 (arXiv:1712.05877).
  case twoConvolutions
  /// The kernel folded by the moving statistics, and the output corrected to the batch's.
  ///
  /// The kernel's codes do not jump from batch to batch.
  ///
  /// Source: Krishnamoorthi, 2018, section 3.2.2 (arXiv:1806.08342).
  case twoConvolutionsCorrected
  /// Training computes what inference does; the batch's statistics are not used.
  case movingStatistics
  /// The kernel is quantized unfolded, and the normalization is computed behind it.
  case unfolded
}
