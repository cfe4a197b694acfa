import Layers
import Quantizers
import Tensors
import Training

/// A layer whose bias was corrected.
public struct CorrectedBias: Hashable, Sendable {
  /// The name of the layer.
  public let layer: String
  /// The mean error of each output channel, which was subtracted from its bias.
  public let error: [Float]
}

/// What the correction of biases has done.
public struct BiasCorrection: Hashable, Sendable {
  /// The layers whose biases were corrected, in the order of their calls.
  public let corrected: [CorrectedBias]
  /// The layers with a quantized kernel that have no bias to correct, and why.
  public let refused: [RefusedLayer]
}

extension QuantizedModel {
  /// Corrects the biases of this model, so that rounding no longer shifts the mean of any channel.
  ///
  /// Rounded weights W̃ and inputs x̃ shift the sums of a layer, and the shift of a channel is much the same for every
  /// image. So its mean over some images is subtracted from the bias:
  ///
  ///     b(c) ← b(c) − E[(W̃ * x̃ + b)(c) − (W * x + b)(c)]
  ///
  /// with the mean over examples and positions, `*` the layer's product, and the second sum that of the float model. It
  /// goes layer by layer: x̃ comes from layers that are corrected already. Behind a layer with a folded normalization, β
  /// is the bias. Errors are in units of the sums, before the activation and the quantization of the output.
  ///
  /// It changes the biases of this model, or β, and nothing else; `float` stays as it is. On the same images a second
  /// call finds errors of 0, up to the rounding of floats. No labels are needed, and no gradients.
  ///
  /// Layers without a bias are left as they are (``BiasCorrection/refused``), and so are layers that are called several
  /// times. For sums of integers a bias is rounded to the scale of the sums, far finer than a code.
  ///
  ///     let quantized = try quantizeModel(float, calibratingOn: images)
  ///     try quantized.correctBiases(matching: float, on: images)
  ///
  /// - Parameters:
  ///   - float: The float model that this model was made of, or a copy of it.
  ///   - batches: The batches of inputs, `[batch, …]` each.
  /// - Returns: The errors that were subtracted.
  /// - Throws: ``QuantizationError`` if there are no batches, if one has the wrong shape or values that are not finite, if
  ///   a tensor has no range yet, if `float` has other weights, or if no layer has a bias to correct; then nothing has
  ///   changed.
  ///
  /// Source: Nagel et al., 2019, section 4.2, and appendix D for the mean over data (arXiv:1906.04721); Finkelstein et
  /// al., 2019 (arXiv:1906.03193).
  @discardableResult
  public func correctBiases(
    matching float: Model, on batches: [Tensor]
  ) throws(QuantizationError) -> BiasCorrection {
    try correctBiases(matching: float, batches: batches.map { [$0] })
  }

  /// Corrects the biases of this model on examples, as `Trainer.fit` takes them; targets are not used.
  ///
  /// - Parameters:
  ///   - float: The float model that this model was made of, or a copy of it.
  ///   - examples: The images, all of them.
  ///   - batchSize: The number of examples computed at a time, which changes no mean but for the rounding of floats.
  /// - Returns: The errors that were subtracted.
  /// - Throws: ``QuantizationError`` as for batches.
  @discardableResult
  public func correctBiases(
    matching float: Model, on examples: some Examples, batchSize: Int = 32
  ) throws(QuantizationError) -> BiasCorrection {
    try correctBiases(matching: float, batches: examples.batches(of: batchSize, for: self, "biases"))
  }

  private func correctBiases(
    matching float: Model, batches: [[Tensor]]
  ) throws(QuantizationError) -> BiasCorrection {
    let run = try PairedRun(self, matching: float, on: batches) { operation in
      Self.bias(of: operation) == nil
        ? "it has no bias: make it with useBias: true, a bias of 0 changes nothing" : nil
    }
    try run.checkStops("corrected in its bias")
    var corrected: [CorrectedBias] = []
    try run.run { stage throws(QuantizationError) in
      guard let bias = Self.bias(of: stage.operation), let kernel = stage.quantized.quantizedKernel else {
        return
      }
      let sums = stage.quantizedInputs.map { stage.quantized.sums(of: $0, kernel: kernel) }
      let error = zip(sums.channelMeans, stage.floatSums.channelMeans).map { Float($0 - $1) }
      bias.value = bias.value - Tensor(error, shape: bias.shape)
      corrected.append(CorrectedBias(layer: stage.name, error: error))
    }
    weightsChanged()
    return BiasCorrection(corrected: corrected, refused: run.refused)
  }

  /// The variable that shifts the sums of an operation: its bias, or β of the normalization folded into it; nil if there
  /// is none.
  private static func bias(of operation: InferencePlan.Operation) -> Variable? {
    guard let wrapper = operation.wrapper else { return nil }
    let parts = QuantizedParts(wrapper)
    if let folded = parts.folded { return folded.normalization.center ? folded.normalization.beta : nil }
    return operation.layer.linearSemantics?.hasBias == true ? operation.layer.weight("bias") : nil
  }
}

extension [Tensor] {
  /// The mean of each channel, the last dimension, over all elements of all tensors, summed in double precision.
  var channelMeans: [Double] {
    guard let channels = first?.shape.last else { return [] }
    var sums = [Double](repeating: 0, count: channels)
    for tensor in self {
      tensor.withUnsafeBufferPointer { values in
        for (index, value) in values.enumerated() { sums[index % channels] += Double(value) }
      }
    }
    let rows = reduce(0) { $0 + $1.count } / channels
    return sums.map { $0 / Double(rows) }
  }
}
