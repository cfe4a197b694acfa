import Layers
import Quantizers
import Support
import Tensors

/// A layer with fake-quantized weights and a fake-quantized output, as integer inference computes it.
///
/// The weights remain floats, which training changes. During each call their quantized values replace them:
///
///     kernel.substituting(quantizer(kernel.value)) { layer(inputs) }
public final class QuantizeWrapper: Wrapper {
  /// The quantizers of the weights, by name.
  public let weightQuantizers: [(name: String, quantizer: Quantizer)]
  /// The quantizer of the output, or nil if the output is not quantized.
  public let outputQuantizer: Quantizer?
  /// Whether the output's quantizer belongs to another layer, whose tensors alone it observes.
  public let sharesOutputQuantizer: Bool
  /// Whether the quantizers of the weights belong to another wrapper, around the same layer.
  public let sharesWeightQuantizers: Bool
  /// Whether a max pooling behind the layer may run before quantization; see ``QuantizeScheme/poolsBeforeRounding``.
  public let poolsBeforeRounding: Bool

  /// Wraps a layer with quantizers.
  ///
  /// - Parameters:
  ///   - layer: The layer inside, which is not copied.
  ///   - weights: The quantizers of its weights, by name. They become this wrapper's own.
  ///   - output: The quantizer of its output, if it is quantized.
  ///   - sharesOutputQuantizer: Whether `output` belongs to another layer, whose tensors alone it observes.
  ///   - sharesWeightQuantizers: Whether the quantizers of the weights belong to another wrapper, around the same layer.
  ///   - poolsBeforeRounding: Whether a max pooling behind the layer may run before quantization.
  ///   - name: The name; by default the layer's with `quant_` before it.
  public init(
    _ layer: Layer, weights: [(name: String, quantizer: Quantizer)] = [], output: Quantizer? = nil,
    sharesOutputQuantizer: Bool = false, sharesWeightQuantizers: Bool = false,
    poolsBeforeRounding: Bool = true, name: String? = nil
  ) {
    (weightQuantizers, outputQuantizer) = (weights, output)
    self.sharesOutputQuantizer = sharesOutputQuantizer
    self.sharesWeightQuantizers = sharesWeightQuantizers
    self.poolsBeforeRounding = poolsBeforeRounding
    super.init(layer, name: name ?? "quant_\(layer.name)")
    if !layer.trainable { trainable = false }
  }

  /// Whether the layer inside is trainable: the learned ranges of a frozen layer are frozen too.
  public override var trainsOwnWeights: Bool { layer.trainable }

  /// The kernel of the layer inside as inference uses it; nil if there is no kernel.
  var effectiveKernel: EffectiveKernel? { EffectiveKernel(layer, weightQuantizers) }

  /// A wrapper of a copy, with fresh quantizers of the same settings; fails if it has another layer's quantizer.
  public override func copied() throws(LayerCopyError) -> Layer {
    guard !sharesOutputQuantizer, !sharesWeightQuantizers else { throw QuantizeLayer.sharing(title) }
    return QuantizeWrapper(
      try layer.copiedWithState(), weights: weightQuantizers.map { ($0.name, $0.quantizer.copied()) },
      output: outputQuantizer?.copied(), poolsBeforeRounding: poolsBeforeRounding, name: name)
  }

  /// Builds the layer inside, then adds the quantizers' variables as weights.
  public override func build(inputShapes: [[Int]]) {
    layer.buildOnce(inputShapes: inputShapes)
    for (name, quantizer) in weightQuantizers {
      let shape = layer.weight(at: name).shape
      quantizer.build(shape: shape, name: "\(self.name)/\(name)")
      if !sharesWeightQuantizers { addQuantizer(quantizer, of: name, shape: shape) }
    }
    if let outputQuantizer, !sharesOutputQuantizer {
      let example = layer(inputShapes.map { Tensor.zeros([1] + $0) })
      addQuantizer(outputQuantizer, of: "output", shape: example.shape)
    }
  }

  /// Calls the layer inside with quantized weights, then quantizes its output.
  public override func call(_ inputs: [Tensor], training: Bool) -> Tensor {
    return quantizeOutputs(
      withQuantizedWeights(training: training) { self.layer(inputs, training: training) }, maximaOf: 1,
      training: training)
  }

  /// Calls the layer inside with quantized weights, then quantizes its output.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor { call([inputs], training: training) }

  /// Stores the ranges that inference quantizes the weights to, so that they are saved with the weights.
  public override func weightsChanged() {
    guard layer.isBuilt else { return }
    for (name, quantizer) in weightQuantizers { quantizer.storeRange(of: layer.weight(at: name).value) }
  }

  private func withQuantizedWeights<Result>(
    training: Bool, _ body: @escaping () -> Result
  ) -> Result {
    var body = body
    for (name, quantizer) in weightQuantizers {
      let (weight, inner) = (layer.weight(at: name), body)
      let quantized = quantizer.quantizedWeight(weight.value, training: training)
      body = { weight.substituting(quantized, inner) }
    }
    return body()
  }
}

/// Lets a model fuse the layer inside with its neighbours.
extension QuantizeWrapper: ConvolutionProducing, OutputQuantizing {
  /// The convolution inside, plain or with a folded normalization, which quantizes its kernel itself.
  package var convolution: FusableConvolution? {
    guard weightQuantizers.isEmpty || layer.linearSemantics != nil,
      var convolution = (layer as? any ConvolutionProducing)?.convolution, !convolution.quantizesOutput
    else { return nil }
    convolution.takesNormalization = false
    convolution.quantizesOutput = outputQuantizer != nil
    return convolution
  }

  package func beginConvolution(of inputs: Tensor, training: Bool) -> ConvolutionOperands? {
    return withQuantizedWeights(training: training) {
      (self.layer as? any ConvolutionProducing)?.beginConvolution(of: inputs, training: training)
    }
  }

  /// Whether quantization is monotone and may follow a max pooling.
  ///
  /// Per-channel ranges are excluded, because the channels may be the rows of an image, which pooling mixes.
  package var allowsPoolingFirst: Bool {
    guard let outputQuantizer else { return true }
    return poolsBeforeRounding && outputQuantizer.isMonotonic && !outputQuantizer.format.isPerChannel
  }

  package func mayFollowPooling(training: Bool) -> Bool {
    allowsPoolingFirst
      && (sharesOutputQuantizer || outputQuantizer?.mayFollowPooling(training: training) ?? true)
  }

  package func quantizeOutputs(_ outputs: Tensor, maximaOf size: Int, training: Bool) -> Tensor {
    guard let outputQuantizer else { return outputs }
    return sharesOutputQuantizer
      ? outputQuantizer.fakeQuantizedAtSharedRange(outputs, maximaOf: size, training: training)
      : outputQuantizer(outputs, maximaOf: size, training: training)
  }

  package func pooledQuantization(maximaOf size: Int, training: Bool) -> PooledQuantization? {
    guard let outputQuantizer else { return .unquantized }
    let mayRoundLast = size == 1 ? !outputQuantizer.format.isPerChannel : allowsPoolingFirst
    guard mayRoundLast, outputQuantizer.observesMaxima else {
      return sharesOutputQuantizer
        ? nil : outputQuantizer.learnedInPlace(maximaOf: size, training: training).map { .learned($0) }
    }
    guard sharesOutputQuantizer else {
      return .byRange { outputQuantizer.fakeQuantizer(observing: $0, $1, training: training) }
    }
    return outputQuantizer.quantizesAtSharedRange(training: training)
      ? .byRange { _, _ in outputQuantizer.fakeQuantizer } : .unquantized
  }
}
