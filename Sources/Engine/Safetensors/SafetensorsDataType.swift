/// The element type of a tensor in a safetensors file; the raw value is the format's name for it.
///
/// A file holds its tensors in the order of the cases, so that each begins at a multiple of its element's width.
/// The format's types of 4 and 6 bits are refused: they have no whole bytes.
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
  /// Powers of two in 8 bits: an exponent without sign and mantissa.
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

  /// The number of bytes of an element.
  public var byteWidth: Int {
    switch self {
    case .uint64, .int64, .float64, .complex64: 8
    case .float32, .uint32, .int32: 4
    case .bfloat16, .float16, .uint16, .int16: 2
    case .float8E5M2FNUZ, .float8E4M3FNUZ, .float8E8M0, .float8E4M3, .float8E5M2, .int8, .uint8, .bool: 1
    }
  }

  /// The number of bytes of a tensor of this shape, or nil if it exceeds `Int.max`.
  ///
  /// As in the reference implementation, extents that overflow are an error even if another extent is 0.
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

/// A Swift number whose memory on a little-endian machine equals its bytes in a safetensors file.
///
/// `Bool` does not conform: a file may hold bytes other than 0 and 1, so truth values are read as bytes.
public protocol SafetensorsElement: BitwiseCopyable, Sendable {
  /// The format's type for these numbers.
  static var safetensorsType: SafetensorsDataType { get }
}

#if _endian(big)
  #error("Safetensors files are little-endian; this module copies bytes and does not turn them round.")
#endif

extension Float: SafetensorsElement {
  /// F32.
  public static var safetensorsType: SafetensorsDataType { .float32 }
}

extension Double: SafetensorsElement {
  /// F64.
  public static var safetensorsType: SafetensorsDataType { .float64 }
}

extension Int8: SafetensorsElement {
  /// I8.
  public static var safetensorsType: SafetensorsDataType { .int8 }
}

extension UInt8: SafetensorsElement {
  /// U8.
  public static var safetensorsType: SafetensorsDataType { .uint8 }
}

extension Int16: SafetensorsElement {
  /// I16.
  public static var safetensorsType: SafetensorsDataType { .int16 }
}

extension UInt16: SafetensorsElement {
  /// U16.
  public static var safetensorsType: SafetensorsDataType { .uint16 }
}

extension Int32: SafetensorsElement {
  /// I32.
  public static var safetensorsType: SafetensorsDataType { .int32 }
}

extension UInt32: SafetensorsElement {
  /// U32.
  public static var safetensorsType: SafetensorsDataType { .uint32 }
}

extension Int64: SafetensorsElement {
  /// I64.
  public static var safetensorsType: SafetensorsDataType { .int64 }
}

extension UInt64: SafetensorsElement {
  /// U64.
  public static var safetensorsType: SafetensorsDataType { .uint64 }
}
