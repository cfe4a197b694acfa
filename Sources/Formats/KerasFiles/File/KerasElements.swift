import Safetensors

extension KerasElementType {
  /// The type of a number in a record; nil if there is none.
  init?(record number: UInt32) {
    // The order of `qat_keras_type`, which begins with 1.
    guard number >= 1, number <= Self.allCases.count else { return nil }
    self = Self.allCases[Int(number) - 1]
  }

  /// The values of elements of this type, in the byte order of the machine; other floats are rounded to the nearest.
  func floats(of bytes: [UInt8]) -> [Float] {
    switch self {
    case .float32: Self.elements(bytes, UInt32.self) { Float(bitPattern: $0) }
    case .float64: Self.elements(bytes, UInt64.self) { Float(Double(bitPattern: $0)) }
    case .float16, .bfloat16:
      SafetensorsTensor(
        "", type: self == .float16 ? .float16 : .bfloat16, shape: [bytes.count / 2], bytes: bytes
      ).floats() ?? []
    case .int8: bytes.map { Float(Int8(bitPattern: $0)) }
    case .uint8: bytes.map { Float($0) }
    case .int16: Self.elements(bytes, Int16.self) { Float($0) }
    case .uint16: Self.elements(bytes, UInt16.self) { Float($0) }
    case .int32: Self.elements(bytes, Int32.self) { Float($0) }
    case .uint32: Self.elements(bytes, UInt32.self) { Float($0) }
    case .int64: Self.elements(bytes, Int64.self) { Float($0) }
    case .uint64: Self.elements(bytes, UInt64.self) { Float($0) }
    }
  }

  @inline(__always)
  private static func elements<Element: FixedWidthInteger>(
    _ bytes: [UInt8], _: Element.Type, _ value: (Element) -> Float
  ) -> [Float] {
    bytes.withUnsafeBytes { buffer in
      let size = MemoryLayout<Element>.size
      return (0..<buffer.count / size).map {
        value(buffer.loadUnaligned(fromByteOffset: $0 * size, as: Element.self))
      }
    }
  }
}
