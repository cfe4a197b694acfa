import FixedPoint

/// A multiplier as float requantization knows it.
///
///     inputScale · weightScale / outputScale,   the product rounded to 32 bits before it is divided
///
/// XNNPACK and ONNX Runtime convert the accumulator to a float, which rounds beyond 2^24, multiply, and round
/// to the nearest integer, ties to even.
struct FloatMultiplier {
  let value: Float
  /// What the product is divided by; ONNX Runtime's quantization divides by the scale, other multipliers have 1.
  var divisor: Float = 1

  /// `accumulator` × the multiplier, rounded half to even and saturated to 32 bits.
  func apply(to accumulator: Int32) -> Int32 {
    Int32(saturating: (Float(accumulator) * value / divisor).rounded(.toNearestOrEven))
  }
}
