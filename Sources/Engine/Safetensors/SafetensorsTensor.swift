import Support

/// A named tensor in a safetensors file: its type, shape and bytes.
///
/// Elements are little-endian and in row-major order: the last dimension runs fastest. Tensors are compared by
/// their bytes, so that a NaN equals itself and 0 differs from −0.
public struct SafetensorsTensor: Hashable, Sendable {
  /// The largest number of dimensions of a tensor, the same as NumPy's.
  public static let largestRank = 64

  /// The name: any text but `__metadata__`, which the format reserves.
  public let name: String
  /// The type of the elements.
  public let type: SafetensorsDataType
  /// The extent of each dimension; `[]` is a single number, and an extent of 0 means no elements.
  public let shape: [Int]
  /// The elements, `type.byteWidth` bytes each.
  public let bytes: [UInt8]

  /// Creates a tensor from its bytes.
  ///
  /// - Parameters:
  ///   - name: The name, unique in a file.
  ///   - type: The type of the elements.
  ///   - shape: The extent of each dimension, 0 or more.
  ///   - bytes: The elements; their number of bytes must be that of type and shape.
  public init(_ name: String, type: SafetensorsDataType, shape: [Int], bytes: [UInt8]) {
    require(
      name != SafetensorsHeader.metadataKey,
      "\(name) is the format's name for its metadata; give the tensor another")
    require(
      shape.count <= Self.largestRank && shape.allSatisfy { $0 >= 0 },
      "\(name): a shape has at most \(Self.largestRank) extents of 0 or more; got \(shape)")
    let expected = type.byteCount(of: shape)
    require(
      expected == bytes.count,
      "\(name): \(type.rawValue) of shape \(shape) takes \(expected.map(String.init) ?? "too many") bytes; "
        + "got \(bytes.count)")
    (self.name, self.type, self.shape, self.bytes) = (name, type, shape, bytes)
  }

  /// Creates a tensor from its elements in row-major order, such as a `[Float]` or an `[Int8]`.
  public init<Values: Collection>(
    _ name: String, shape: [Int], values: Values
  ) where Values.Element: SafetensorsElement {
    self.init(name, type: Values.Element.safetensorsType, shape: shape, bytes: Self.bytes(of: values))
  }

  /// A copy of the elements if they have this Swift type; nil otherwise.
  public func values<Element: SafetensorsElement>(as _: Element.Type = Element.self) -> [Element]? {
    guard type == Element.safetensorsType else { return nil }
    Self.requireWidth(of: Element.self)
    return [Element](unsafeUninitializedCapacity: bytes.count / type.byteWidth) { buffer, count in
      bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
      count = bytes.count / type.byteWidth
    }
  }

  /// The elements of an F32, F16 or BF16 tensor as floats, which is exact; nil for other types.
  public func floats() -> [Float]? {
    switch type {
    case .float32: values(as: Float.self)
    case .float16: Self.halves(of: bytes).map(Self.widened(half:))
    case .bfloat16: Self.halves(of: bytes).map { Float(bitPattern: UInt32($0) << 16) }
    default: nil
    }
  }

  private static func requireWidth<Element: SafetensorsElement>(of element: Element.Type) {
    require(
      MemoryLayout<Element>.stride == Element.safetensorsType.byteWidth,
      "\(element) says that it is \(Element.safetensorsType.rawValue), whose elements have "
        + "\(Element.safetensorsType.byteWidth) bytes; it has \(MemoryLayout<Element>.stride)")
  }

  private static func bytes<Values: Collection>(
    of values: Values
  ) -> [UInt8] where Values.Element: SafetensorsElement {
    requireWidth(of: Values.Element.self)
    let copied = values.withContiguousStorageIfAvailable { [UInt8](UnsafeRawBufferPointer($0)) }
    return copied ?? Array(values).withUnsafeBytes { [UInt8]($0) }
  }

  private static func halves(of bytes: [UInt8]) -> [UInt16] {
    stride(from: 0, to: bytes.count, by: 2).map { UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8 }
  }

  /// The value of a half-precision number; `Float16` does not exist on every platform.
  private static func widened(half: UInt16) -> Float {
    let sign = UInt32(half >> 15) << 31
    let exponent = UInt32(half >> 10 & 0x1F)
    let mantissa = UInt32(half & 0x3FF)
    switch exponent {
    case 0:  // Zero or subnormal: a multiple of 2⁻²⁴.
      return Float(bitPattern: sign | (Float(mantissa) * 0x1p-24).bitPattern)
    case 0x1F:  // Infinity or NaN.
      return Float(bitPattern: sign | 0x7F80_0000 | mantissa << 13)
    default:  // The exponents' biases are 15 and 127.
      return Float(bitPattern: sign | (exponent + 112) << 23 | mantissa << 13)
    }
  }
}
