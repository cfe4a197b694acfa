/// The type of a tensor's elements.
///
/// The raw values are those of `TensorType` in the schema of LiteRT 2.3.
public enum TFLiteType: UInt8, CaseIterable, Sendable {
  case float32 = 0
  case float16, int32, uint8, int64, string, bool, int16, complex64, int8, float64, complex128
  case uint64, resource, variant, uint32, uint16, int4, bfloat16, int2, uint4

  /// The bits of an element; nil for strings and other types without a fixed width.
  public var bits: Int? {
    switch self {
    case .int2: 2
    case .int4, .uint4: 4
    case .int8, .uint8, .bool: 8
    case .float16, .bfloat16, .int16, .uint16: 16
    case .float32, .int32, .uint32: 32
    case .int64, .uint64, .float64, .complex64: 64
    case .complex128: 128
    case .string, .resource, .variant: nil
    }
  }

  /// The name in capital letters, as the schema has it: "INT8".
  public var name: String { "\(self)".uppercased() }

  /// The bytes of a tensor with this many elements, without padding between them; nil without a fixed width,
  /// or if there are too many to count.
  func byteCount(_ count: Int) -> Int? {
    guard let bits else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: bits)
    return overflow ? nil : product / 8 + (product % 8 == 0 ? 0 : 1)
  }
}
