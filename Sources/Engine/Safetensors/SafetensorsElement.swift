/// A Swift number whose memory is, on a little-endian machine, what a safetensors file holds.
///
/// `Bool` is none: a file may hold bytes that are neither 0 nor 1, so truth values are read as bytes.
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
