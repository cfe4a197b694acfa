import Layers
import Quantizers
import Support
import Tensors

/// A convolution or dense layer and the batch normalization behind it, computed as the one layer that they
/// are in inference.
///
/// In inference γ/σ goes into the kernel and the rest into the bias; the folded kernel is what is quantized.
/// In training it does what ``BatchNormFolding`` says. A channel whose γ is 0 gives β; its kernel stays
/// unfolded in training, since γ/σ could not be divided out again.
public final class FoldedBatchNorm: Layer {
  /// The layer folded into: without activation.
  public let layer: Layer
  /// The normalization.
  public let normalization: BatchNormalization
  /// The quantizer of the folded kernel, or nil for none.
  public let quantizer: Quantizer?
  /// What training computes.
  public let folding: BatchNormFolding
  /// After how many steps of training the moving statistics are used and left alone; nil for never.
  public let freezesAfter: Int?

  /// The name of the kernel among the layer's weights.
  let kernelName: String

  /// Joins a layer with the normalization of its outputs.
  public init(
    _ layer: Layer, _ normalization: BatchNormalization, quantizer: Quantizer?,
    folding: BatchNormFolding = .singleConvolution, freezesAfter: Int? = nil, name: String? = nil
  ) {
    (self.layer, self.normalization, self.quantizer) = (layer, normalization, quantizer)
    (self.folding, self.freezesAfter) = (folding, freezesAfter)
    kernelName = Self.kernelName(of: layer)
    super.init(name: name ?? "\(layer.name)_\(normalization.name)")
  }

  /// The two layers.
  public override var sublayers: [Layer] { [layer, normalization] }

  /// Copies of the two, with a fresh quantizer of the same settings.
  public override func copied() -> Layer {
    guard let normalization = normalization.copiedWithState() as? BatchNormalization else { return self }
    return FoldedBatchNorm(
      layer.copiedWithState(), normalization, quantizer: quantizer?.copied(), folding: folding,
      freezesAfter: freezesAfter, name: name)
  }

  /// Builds the two layers, and lists the quantizer's variables and the count of steps as weights.
  public override func build(inputShapes: [[Int]]) {
    layer.buildOnce(inputShapes: inputShapes)
    let example = layer(inputShapes.map { Tensor.zeros([1] + $0) })
    normalization.buildOnce(inputShape: Array(example.shape.dropFirst()))
    if let quantizer { addQuantizer(quantizer, of: kernelName, shape: layer.weight(kernelName).shape) }
    if freezesAfter != nil { addWeight("steps", shape: [], initializer: .zeros, trainable: false) }
  }

  /// Computes: in inference with the folded, quantized kernel, in training by the form of folding.
  public override func call(_ inputs: [Tensor], training: Bool) -> Tensor {
    guard let terms = beginConvolution(of: inputs, training: training) else {
      return normalization(convolved(inputs, unfolded(training: training)), training: false)
    }
    let outputs = convolved(inputs, terms)
    return terms.normalization.map { $0(outputs, training: true) } ?? outputs
  }

  /// Computes, for one input.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor { call([inputs], training: training) }

  /// Whether the statistics are frozen.
  private var isFrozen: Bool {
    let isOver = freezesAfter.map { Int(weight("steps").value.scalar) >= $0 } ?? false
    return isOver || !normalization.trainable
  }

  // MARK: The forms

  /// What a call multiplies with, by the form of folding; nil, and nothing has changed, where a normalization by
  /// the moving statistics follows.
  ///
  /// Counts the steps of training until the statistics are frozen.
  private func beginConvolution(of inputs: [Tensor], training: Bool) -> ConvolutionOperands? {
    let learns = training && !isFrozen
    if folding == .unfolded && !learns { return nil }
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

  /// The output is scaled back by scaling the quantized kernel back, a channel's factor being one for all its
  /// outputs: that costs next to nothing.
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
    var image = quantized(kernel * spread(gamma / (corrected ? movingBefore : batch)), true)
    if corrected { image = image * spread(movingBefore / batch) }
    // The range to keep is that of the kernel which inference will use.
    if !corrected, let quantizer, quantizer.phase == .learning, quantizer.observesInTraining {
      quantizer.observeIfFinite(foldedKernel.detached())
    }
    return ConvolutionOperands(kernel: image, bias: beta + (bias - mean) * gamma / batch)
  }

  // MARK: Their parts

  /// The kernel as inference uses it, before it is quantized: times γ/σ of the moving statistics.
  public var foldedKernel: Tensor { kernel * foldingFactor }

  /// γ/σ of the moving statistics, in a shape that multiplies the kernel.
  var foldingFactor: Tensor {
    spread(gamma / standardDeviation(normalization.movingVariance.value))
  }

  /// The bias as inference uses it: β + (b − μ)·γ/σ of the moving statistics.
  public var foldedBias: Tensor {
    let mean = normalization.movingMean.value
    return beta + (bias - mean) * gamma / standardDeviation(normalization.movingVariance.value)
  }

  private var kernel: Tensor { layer.weight(kernelName).value }
  private var channels: [Int] { normalization.movingMean.shape }
  private var gamma: Tensor {
    normalization.scale ? normalization.gamma.value : .filled(1, shape: channels)
  }
  private var beta: Tensor { normalization.center ? normalization.beta.value : .zeros(channels) }
  private var bias: Tensor { hasBias ? layer.weight("bias").value : .zeros(channels) }
  private var hasBias: Bool {
    switch layer {
    case let layer as BaseConv2D: layer.useBias
    case let layer as Dense: layer.useBias
    default: false
    }
  }

  private func standardDeviation(_ variance: Tensor) -> Tensor { (variance + normalization.epsilon).sqrt() }

  /// γ/σ, and 1 where γ is 0.
  private func invertibleFactor(_ deviation: Tensor) -> Tensor {
    let gamma = gamma
    let isZero = Tensor(gamma.values.map { $0 == 0 ? 1 : 0 }, shape: gamma.shape)
    return gamma / deviation + isZero
  }

  /// A number for each output channel, in a shape that multiplies the kernel.
  private func spread(_ factor: Tensor) -> Tensor {
    layer is DepthwiseConv2D ? factor.reshaped(Array(layer.weight(kernelName).shape.suffix(2))) : factor
  }

  private func quantized(_ kernel: Tensor, _ training: Bool) -> Tensor {
    quantizer.map { $0.quantizedWeight(kernel, training: training) } ?? kernel
  }

  /// The layer's outputs with another kernel and another bias, where there is one.
  private func convolved(_ inputs: [Tensor], _ terms: ConvolutionOperands) -> Tensor {
    layer.weight(kernelName).substituting(terms.kernel) {
      if hasBias {
        return layer.weight("bias").substituting(terms.bias ?? .zeros(channels)) { layer(inputs) }
      }
      guard let bias = terms.bias else { return layer(inputs) }
      guard let layer = layer as? Conv2D else { return layer(inputs) + bias }
      return inputs[0].conv2D(
        terms.kernel, bias: bias, strides: (layer.strides.height, layer.strides.width),
        padding: layer.padding)
    }
  }
}

/// A model may compute it together with its neighbours.
extension FoldedBatchNorm: ConvolutionProducing {
  package var convolution: Conv2D? {
    (layer as? Conv2D).flatMap { $0.activation == .linear ? $0 : nil }
  }

  package func beginConvolution(of inputs: Tensor, training: Bool) -> ConvolutionOperands? {
    beginConvolution(of: [inputs], training: training)
  }
}
