import Quantizers
import Tensors

// Ranges that layers of a model use: those of weights in inference, and those shared between layers.

// The range of a weight, in inference, is that of the current weight.
//
// A step of training observes the weights, then changes them and the moving statistics that are folded into them.
// So the ranges stored after training are those of the step before. Quantizing to them costs accuracy, the more
// the fewer the bits: a network of digits with weights of 2 bits loses 1 to 6 of 100 answers that it has with the
// ranges which the next step would find. (TFMOT and its converter use the stored ranges.)

extension Quantizer {
  /// Quantizes a weight, as a layer multiplies by it; in inference, to the range of the current weight.
  func quantizedWeight(_ weight: Tensor, training: Bool) -> Tensor {
    if !training { refreshRange(from: weight) }
    return self(weight, training: training)
  }

  /// Stores the range of the current weight, if this quantizer stores the last range it observes.
  ///
  /// An assigned range stays until a training step replaces it. The ranges of a frozen quantizer, and of one that
  /// has an initial range, as TFMOT's have, stay too. A refresh does not count as an observation.
  func refreshRange(from weight: Tensor) {
    let keepsLast = self is LastValueQuantizer || (self as? PowerOfTwoQuantizer)?.decay == 0
    guard keepsLast, phase == .learning, observedCount > 0, initialRange == nil, !isRangeAssigned else {
      return
    }
    let range = format.range(of: weight)
    if (range.low + range.high).allSatisfy(\.isFinite) { update(with: weight, spanning: range) }
  }

  /// Quantizes `x` to the range that another tensor gives this quantizer; `x` itself is not observed.
  ///
  /// `x` is returned as it is where the other tensor is not quantized either, and before that tensor has a range.
  /// Of delayed calls, the last may quantize already.
  func fakeQuantizedAtSharedRange(_ x: Tensor, training: Bool) -> Tensor {
    quantizesAtSharedRange(training: training) ? fakeQuantized(x) : x
  }

  /// Whether ``fakeQuantizedAtSharedRange(_:training:)`` quantizes.
  func quantizesAtSharedRange(training: Bool) -> Bool {
    let observes = phase == .calibrating || phase == .learning && training && isDelayed
    return !(phase == .off || observes || !learnedIsFinite || range == nil)
  }

  private var isDelayed: Bool {
    delay > 0 && !variables.isEmpty && variable("delayed").value.scalar < Float(delay)
  }
}
