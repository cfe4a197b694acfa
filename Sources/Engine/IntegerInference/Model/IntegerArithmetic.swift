/// Whose integer arithmetic a model follows, to the last bit.
///
/// All three agree on the codes of weights and biases and on the int32 accumulator. They differ in how the
/// accumulator becomes a code of the next tensor, and so, now and then, by one code.
public enum IntegerArithmetic: String, CaseIterable, Codable, Sendable {
  /// LiteRT's reference kernels: convolutions with a Q31 multiplier and a shift, rounded twice, dense layers with
  /// a multiplier of 53 bits, rounded half away from zero.
  ///
  /// Computed with integers alone; the fast path multiplies a dense layer's sums as doubles, which is the same.
  case tflite
  /// LiteRT with XNNPACK: a float multiplier, rounded half to even.
  case xnnpack
  /// ONNX Runtime, and oneDNN as it uses it: a float multiplier, rounded half to even.
  case onnxRuntime
}
