import Quantizers
import Tensors

// The range of a weight, in inference, is that of the weight as it is.
//
// A step of training observes the weights, then changes them, and the moving statistics that are folded into
// them: so after training the ranges kept are those of the step before. Rounding to them costs accuracy, the
// more the fewer the bits: a network of digits with weights of 2 bits loses 1 to 6 of 100 answers that it has
// with the ranges which the next step would find. (TFMOT and its converter round to the ranges kept.)

extension Quantizer {
  /// A weight as a layer multiplies by it: quantized, in inference to its range as it is now.
  func quantizedWeight(_ weight: Tensor, training: Bool) -> Tensor {
    if !training { refreshRange(from: weight) }
    return self(weight, training: training)
  }

  /// Takes on the range of a weight as it is now, if this quantizer does so with every step of training.
  ///
  /// A range that was assigned stays until a step of training replaces it, and so does one of a frozen
  /// quantizer, or of one that was given a range to start from, as TFMOT's are. It does not count as observing.
  func refreshRange(from weight: Tensor) {
    let keepsLast = self is LastValueQuantizer || (self as? PowerOfTwoQuantizer)?.decay == 0
    guard keepsLast, phase == .learning, observedCount > 0, initialRange == nil, !isRangeAssigned else {
      return
    }
    let range = format.range(of: weight)
    if (range.low + range.high).allSatisfy(\.isFinite) { update(with: weight, spanning: range) }
  }
}

extension QuantizeWrapper {
  /// Lets the quantizers of the weights inside take on their ranges, as a call in inference does.
  package func refreshRanges() {
    for (name, quantizer) in weightQuantizers {
      if let weight = layer.namedWeights.first(where: { $0.path == name }) {
        quantizer.refreshRange(from: weight.variable.value)
      }
    }
    if let folded = layer as? FoldedBatchNorm {
      folded.quantizer?.refreshRange(from: folded.quantizedKernelSource)
    }
  }
}

extension FoldedBatchNorm {
  /// What the quantizer rounds in inference: the folded kernel, or, unfolded, the layer's own.
  var quantizedKernelSource: Tensor {
    (folding == .unfolded ? layer.weight(kernelName).value : foldedKernel).detached()
  }
}

extension QuantizedModel {
  /// Lets the quantizers of all weights take on their ranges, as inference does.
  func refreshRanges() {
    for layer in layers { (layer as? QuantizeWrapper)?.refreshRanges() }
  }
}
