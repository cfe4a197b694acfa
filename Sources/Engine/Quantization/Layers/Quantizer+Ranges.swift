import Quantizers
import Tensors

extension Quantizer {
  /// Quantizes `x` to the range that another tensor gives this quantizer; `x` itself is not observed.
  ///
  /// `x` is returned as it is where the other tensor is not quantized either, and before that tensor has a range.
  /// Of delayed calls, the last may quantize already.
  func fakeQuantizedAtSharedRange(_ x: Tensor, maximaOf size: Int = 1, training: Bool) -> Tensor {
    quantizesAtSharedRange(training: training) ? fakeQuantized(x, maximaOf: size) : x
  }

  /// Whether ``fakeQuantizedAtSharedRange(_:maximaOf:training:)`` quantizes.
  func quantizesAtSharedRange(training: Bool) -> Bool {
    let observes = phase == .calibrating || phase == .learning && training && isDelayed
    return !(phase == .off || observes || !learnedIsFinite || !hasRange)
  }
}
