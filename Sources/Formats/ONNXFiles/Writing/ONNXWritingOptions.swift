import Support

/// How a written ONNX file states that its numbers are codes.
public enum ONNXFormat: String, CaseIterable, Sendable {
  /// Operators of floats between DequantizeLinear and QuantizeLinear, which ONNX Runtime fuses to operators of codes.
  ///
  /// Codes are UINT8, the model's codes plus 128: of INT8 codes ONNX Runtime fuses a part only. Sums, products and
  /// averages are operators of its own domain `com.microsoft` on INT8 codes: those of UINT8 codes round otherwise.
  case qdq = "QDQ"
  /// Operators of ONNX alone between DequantizeLinear and QuantizeLinear, with the model's INT8 codes, for other
  /// runtimes than ONNX Runtime, whose codes may be other ones.
  case standardQDQ = "standard QDQ"
  /// Operators of INT8 codes, such as QLinearConv; some are of ONNX Runtime's own domain `com.microsoft`.
  case qOperator = "QOperator"
}

/// The version of ONNX's operators that a written file has; its raw value is the number in the file.
public enum ONNXOperatorSet: Int, CaseIterable, Sendable {
  /// Operators of 2020: the first with a scale for each channel. Weights have 8 bits.
  case v13 = 13
  /// Operators of 2024: the first with weights of 4 bits. ONNX Runtime reads it from version 1.20 on.
  case v21 = 21

  /// The version of the file format that came with the operators.
  var irVersion: Int64 { self == .v13 ? 7 : 10 }
}

/// The type of codes in a written ONNX file.
enum ONNXCodeType {
  /// The model's codes, −128 to 127.
  case int8
  /// The model's codes plus 128, on grids whose zero points are moved as far: the same numbers.
  case uint8

  /// The type in the file.
  var dataType: Onnx_TensorProto.DataType { self == .int8 ? .int8 : .uint8 }

  /// The byte that stands for a code of the model.
  func byte(_ code: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: self == .int8 ? code : code + 128)
  }
}

/// What a written ONNX file takes from its caller and gives back.
public enum ONNXInferenceType: String, CaseIterable, Sendable {
  /// Floating-point numbers, which a QuantizeLinear turns into codes and a DequantizeLinear makes of codes.
  case float32
  /// Codes of 8 bits: the grid of the model's input says what they mean.
  case int8
}

/// Something that a written ONNX file has otherwise than the model.
public struct ONNXNote: Hashable, Sendable, CustomStringConvertible {
  /// The operation.
  public let operation: String
  /// What differs, and why.
  public let text: String

  /// The operation and what differs, in one line.
  public var description: String { "\(UntrustedText.shown(operation)): \(text)" }
}
