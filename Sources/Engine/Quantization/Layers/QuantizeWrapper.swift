import Layers
import Quantizers
import Support
import Tensors

/// A layer that computes as it will when its numbers are integers: with quantized weights, and a quantized
/// output.
///
/// The weights stay floats, and training changes those. For the length of each call their fake-quantized
/// images stand in for them:
///
///     kernel.substituting(quantizer(kernel.value)) { layer(inputs) }
public final class QuantizeWrapper: Wrapper {
  /// The quantizers of the weights, by name.
  public let weightQuantizers: [(name: String, quantizer: Quantizer)]
  /// The quantizer of the outputs, if they are quantized.
  public let outputQuantizer: Quantizer?
  /// Whether the output's quantizer belongs to another layer, which shows it the values.
  public let sharesOutputQuantizer: Bool
  /// Whether a max pooling behind it may come before the rounding: see ``QuantizeScheme/poolsBeforeRounding``.
  public let poolsBeforeRounding: Bool
  /// How inference rounds as integers do; nil if it rounds real numbers, as training does.
  var requantization: RequantizationContext?

  /// Wraps a layer; quantizers are this wrapper's own, unless the output's is shared.
  public init(
    _ layer: Layer, weights: [(name: String, quantizer: Quantizer)] = [], output: Quantizer? = nil,
    sharesOutputQuantizer: Bool = false, poolsBeforeRounding: Bool = true, name: String? = nil
  ) {
    (weightQuantizers, outputQuantizer) = (weights, output)
    self.sharesOutputQuantizer = sharesOutputQuantizer
    self.poolsBeforeRounding = poolsBeforeRounding
    super.init(layer, name: name ?? "quant_\(layer.name)")
    // What is learned of ranges stays as it is with a layer that stays as it is.
    if !layer.trainable { trainable = false }
  }

  /// The quantizers of the weights, that of a kernel with a normalization folded in among them, by name.
  package var allWeightQuantizers: [(name: String, quantizer: Quantizer)] {
    guard let folded = layer as? FoldedBatchNorm, let quantizer = folded.quantizer else {
      return weightQuantizers
    }
    return weightQuantizers + [(folded.kernelName, quantizer)]
  }

  /// A wrapper of a copy, with fresh quantizers of the same settings; not one that has another layer's.
  public override func copied() -> Layer {
    require(!sharesOutputQuantizer, QuantizeLayer.sharing(title))
    return QuantizeWrapper(
      layer.copiedWithState(), weights: weightQuantizers.map { ($0.name, $0.quantizer.copied()) },
      output: outputQuantizer?.copied(), poolsBeforeRounding: poolsBeforeRounding, name: name)
  }

  /// Builds the layer inside, then lists the quantizers' variables as weights.
  public override func build(inputShapes: [[Int]]) {
    layer.buildOnce(inputShapes: inputShapes)
    for (name, quantizer) in weightQuantizers {
      addQuantizer(quantizer, of: name, shape: weight(at: name).shape)
    }
    if let outputQuantizer, !sharesOutputQuantizer {
      let example = layer(inputShapes.map { Tensor.zeros([1] + $0) })
      addQuantizer(outputQuantizer, of: "output", shape: example.shape)
    }
  }

  /// Computes with quantized weights, and quantizes what comes out.
  public override func call(_ inputs: [Tensor], training: Bool) -> Tensor {
    if !training, let outputs = requantized(inputs) { return quantizeOutputs(outputs, training: training) }
    return quantizeOutputs(
      withQuantizedWeights(training: training) { self.layer(inputs, training: training) }, training: training)
  }

  /// Computes with quantized weights, and quantizes what comes out.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor { call([inputs], training: training) }

  private func withQuantizedWeights<Result>(
    training: Bool, _ body: @escaping () -> Result
  ) -> Result {
    var body = body
    for (name, quantizer) in weightQuantizers {
      let (weight, inner) = (weight(at: name), body)
      let image = quantizer.quantizedWeight(weight.value, training: training)
      body = { weight.substituting(image, inner) }
    }
    return body()
  }

  /// The weight of the layer inside at this path: `kernel`, or `dense/kernel` of a layer inside that one.
  private func weight(at path: String) -> Variable {
    layer.namedWeights.first { $0.path == path }?.variable ?? layer.weight(path)
  }
}

/// A model may compute what is inside together with its neighbours.
extension QuantizeWrapper: ConvolutionProducing, OutputQuantizing {
  /// The convolution inside: of a plain one, or of one that has a normalization folded in and sees to its
  /// kernel itself.
  package var convolution: Conv2D? {
    guard outputQuantizer == nil, weightQuantizers.isEmpty || layer is Conv2D else { return nil }
    return (layer as? any ConvolutionProducing)?.convolution
  }

  package func beginConvolution(of inputs: Tensor, training: Bool) -> ConvolutionOperands? {
    if !training, requantization != nil { return nil }
    return withQuantizedWeights(training: training) {
      (self.layer as? any ConvolutionProducing)?.beginConvolution(of: inputs, training: training)
    }
  }

  /// A range for each channel might be one for each row of an image: such stay as they are.
  package var isMonotonic: Bool {
    guard let outputQuantizer else { return true }
    return poolsBeforeRounding && outputQuantizer.isMonotonic && !outputQuantizer.format.isPerChannel
  }

  package func quantizeOutputs(_ outputs: Tensor, training: Bool) -> Tensor {
    guard let outputQuantizer else { return outputs }
    return sharesOutputQuantizer
      ? outputQuantizer.fakeQuantizedAtSharedRange(outputs, training: training)
      : outputQuantizer(outputs, training: training)
  }

  package func outputQuantizer(observingMaximum greatest: Float, training: Bool) -> (any InPlaceQuantizer)? {
    guard let outputQuantizer else { return nil }
    guard sharesOutputQuantizer else {
      return outputQuantizer.fakeQuantizer(observingMaximum: greatest, training: training)
    }
    return outputQuantizer.quantizesAtSharedRange(training: training) ? outputQuantizer.fakeQuantizer : nil
  }
}
