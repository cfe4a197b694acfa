import CKernels
import Support
import Tensors

/// Of values that an operation has just pooled.
extension FakeQuantizer: InPlaceQuantizer {
  /// Quantizes so many values and back, in the arithmetic of TensorFlow's operator for one range, and sets all
  /// bits of the choices of those beyond it.
  package func round(
    _ values: UnsafeMutablePointer<Float>, choices: UnsafeMutablePointer<UInt8>, count: Int
  ) {
    require(
      arithmetic == .tensorFlowPerTensor,
      "pooled values are quantized in place in TensorFlow's arithmetic for one range; expected it, got"
        + " \(arithmetic)")
    if isEmpty { return values.update(repeating: 0, count: count) }  // and every gradient passes
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 5) { numbers in
      _ = numbers.initialize(fromContentsOf: [lowest, highest, scale, inverseScale, zero])
      guard let first = numbers.baseAddress else { return }
      let grids = qat_grids(
        lowest: first, highest: first + 1, scale: first + 2, inverse_scale: first + 3, zero: first + 4,
        period: 1)
      qat_fake_quant_chosen(values, choices, count, grids)
    }
  }
}
