/// The runtime whose integer arithmetic a model follows, to the last bit.
///
/// All three agree on the codes of weights and biases and on the int32 accumulator. They differ in how an
/// accumulator becomes a code of the next tensor, and therefore occasionally by one code.
public enum IntegerArithmetic: String, CaseIterable, Codable, Sendable {
  /// LiteRT's reference kernels, with integers alone.
  ///
  /// Convolutions have a Q31 multiplier and a shift, rounded twice; dense layers have a multiplier of 53
  /// bits, rounded half away from zero. The fast path multiplies the sums of a dense layer as doubles, with
  /// the same result.
  case tflite
  /// LiteRT with XNNPACK: a float multiplier, with products rounded half to even.
  case xnnpack
  /// ONNX Runtime, and oneDNN as ONNX Runtime uses it: a float multiplier, with products rounded half to
  /// even.
  case onnxRuntime
}

/// The former name.
@available(*, deprecated, renamed: "IntegerArithmetic")
public typealias IntegerScheme = IntegerArithmetic
