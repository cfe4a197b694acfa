/// What the elements of a tensor in a safetensors file are; the raw value is the format's name for it.
///
/// The cases stand in the order in which a file holds its tensors, so that each begins at a multiple of
/// its element's width. The format's types of 4 and 6 bits are refused: they have no whole bytes.
public enum SafetensorsDataType: String, CaseIterable, Hashable, Codable, Sendable {
  /// Unsigned integers of 64 bits.
  case uint64 = "U64"
  /// Signed integers of 64 bits.
  case int64 = "I64"
  /// IEEE 754 double precision.
  case float64 = "F64"
  /// Complex numbers: two floats of 32 bits, the real one first.
  case complex64 = "C64"
  /// IEEE 754 single precision.
  case float32 = "F32"
  /// Unsigned integers of 32 bits.
  case uint32 = "U32"
  /// Signed integers of 32 bits.
  case int32 = "I32"
  /// The upper half of a float of 32 bits.
  case bfloat16 = "BF16"
  /// IEEE 754 half precision.
  case float16 = "F16"
  /// Unsigned integers of 16 bits.
  case uint16 = "U16"
  /// Signed integers of 16 bits.
  case int16 = "I16"
  /// Floats of 8 bits: 5 of exponent, 2 of mantissa, no infinity and no negative zero.
  case float8E5M2FNUZ = "F8_E5M2FNUZ"
  /// Floats of 8 bits: 4 of exponent, 3 of mantissa, no infinity and no negative zero.
  case float8E4M3FNUZ = "F8_E4M3FNUZ"
  /// Powers of two in 8 bits: nothing but an exponent.
  case float8E8M0 = "F8_E8M0"
  /// Floats of 8 bits: 4 of exponent, 3 of mantissa, no infinity.
  case float8E4M3 = "F8_E4M3"
  /// Floats of 8 bits: 5 of exponent, 2 of mantissa.
  case float8E5M2 = "F8_E5M2"
  /// Signed integers of 8 bits.
  case int8 = "I8"
  /// Unsigned integers of 8 bits.
  case uint8 = "U8"
  /// Truth values, a byte each: 0 or 1.
  case bool = "BOOL"

  /// How many bytes an element takes.
  public var byteWidth: Int {
    switch self {
    case .uint64, .int64, .float64, .complex64: 8
    case .float32, .uint32, .int32: 4
    case .bfloat16, .float16, .uint16, .int16: 2
    case .float8E5M2FNUZ, .float8E4M3FNUZ, .float8E8M0, .float8E4M3, .float8E5M2, .int8, .uint8, .bool: 1
    }
  }

  /// How many bytes a tensor of this shape takes, or nil if no machine could count them.
  func byteCount(of shape: [Int]) -> Int? {
    var count = byteWidth
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      count = product
    }
    return count
  }
}
