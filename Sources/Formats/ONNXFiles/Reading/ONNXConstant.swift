import FixedPoint
import Foundation
import Support

// Constants of a file: initializers and what Constant nodes give.

extension ONNXImporter {
  /// A constant as it stands in the file; its data are read where they are needed.
  struct Constant {
    let tensor: Onnx_TensorProto
    /// The bits of the numbers before a Cast to wider ones.
    var bitWidth: Int?
    init(_ tensor: Onnx_TensorProto, bitWidth: Int? = nil) {
      (self.tensor, self.bitWidth) = (tensor, bitWidth)
    }

    var label: String { "constant " + UntrustedText.quoted(tensor.name) }
    var shape: [Int] { tensor.dims.map(Int.init) }
    var type: Onnx_TensorProto.DataType? { Onnx_TensorProto.DataType(rawValue: Int(tensor.dataType)) }
    var typeName: String { type.map { "\($0)".uppercased() } ?? "number \(tensor.dataType)" }
  }

  /// Constant integers with their grids: a kernel, a bias or an operand.
  struct QuantizedConstant {
    var label: String
    var shape: [Int]
    /// The codes in the file's order; those of `uint8` and of four unsigned bits are shifted as signed ones are.
    var codes: [Int32]
    /// One scale, or one for each index along ``axis``.
    var scales: [Float]
    /// As many zero points as there are scales, shifted as the codes are.
    var zeroPoints: [Int32]
    /// The axis of the scales, if there are several.
    var axis: Int?
    /// The bits of a code: 4, 8 or 32.
    var bitWidth: Int
    var isUnsigned: Bool

    /// For each code the place of its scale.
    func channel(of index: Int, inner: Int) -> Int { scales.count == 1 ? 0 : index / inner % scales.count }

    /// The number of codes from one index along the axis to the next.
    var inner: Int { axis.map { shape[($0 + 1)...].reduce(1, *) } ?? 1 }
  }

  // MARK: - Elements

  /// The number of elements of a constant, of which at most as many are read as its data can hold.
  func count(_ constant: Constant) throws(ONNXError.Cause) -> Int {
    let shape = constant.shape
    guard shape.count <= Self.mostAxes else {
      throw .wrongCount(of: "axes", expected: "\(Self.mostAxes) at most", found: shape.count)
    }
    guard shape.allSatisfy({ $0 >= 0 }), let count = shape.checkedProduct, count <= Int(Int32.max) else {
      throw .impossibleShape(shape)
    }
    return count
  }

  /// The bytes of a constant, little-endian: of its field `raw_data` or of another file; nil if its numbers stand in
  /// other fields.
  mutating func bytes(
    of constant: Constant, bitsPerElement: Int
  ) throws(ONNXError.Cause) -> Data? {
    let count = try count(constant)
    let expected = (count * bitsPerElement + 7) / 8
    if constant.tensor.dataLocation == .external {
      return try externalBytes(of: constant, expected: expected)
    }
    guard constant.tensor.hasRawData else { return nil }
    guard constant.tensor.rawData.count == expected else {
      throw .wrongSize(
        tensor: constant.label, expected: count, found: constant.tensor.rawData.count * 8 / bitsPerElement)
    }
    return constant.tensor.rawData
  }

  /// Checks that a list of a constant's numbers has one for each element.
  private func checked<Number>(_ numbers: [Number], _ constant: Constant) throws(ONNXError.Cause) -> [Number]
  {
    let count = try count(constant)
    guard numbers.count == count else {
      throw .wrongSize(tensor: constant.label, expected: count, found: numbers.count)
    }
    return numbers
  }

  /// The only number of a constant of type FLOAT.
  mutating func float(_ constant: Constant, _ role: String) throws(ONNXError.Cause) -> Float {
    let numbers = try checkCount(constant, role) ? floats(constant, role) : []
    return numbers.first ?? 0
  }

  /// The only number of a constant of integers, as it stands in the file.
  mutating func code(_ constant: Constant, _ role: String) throws(ONNXError.Cause) -> Int32 {
    let numbers = try checkCount(constant, role) ? codes(constant, role) : []
    return numbers.first ?? 0
  }

  /// Checks that a constant has a single element.
  private func checkCount(_ constant: Constant, _ role: String) throws(ONNXError.Cause) -> Bool {
    let count = try count(constant)
    guard count == 1 else { throw .wrongCount(of: "numbers as its \(role)", expected: "1", found: count) }
    return true
  }

  /// The numbers of a constant of type FLOAT.
  mutating func floats(_ constant: Constant, _ role: String) throws(ONNXError.Cause) -> [Float] {
    guard constant.type == .float else {
      throw .typeUnsupported(role: role, found: constant.typeName, expected: "FLOAT")
    }
    try countCopy(of: try count(constant))
    if let bytes = try bytes(of: constant, bitsPerElement: 32) {
      return Self.numbers(bytes, UInt32.self).map { Float(bitPattern: $0) }
    }
    return try checked(constant.tensor.floatData, constant)
  }

  /// The numbers of a constant of type INT64 or INT32: few, of shapes and axes.
  mutating func integers(
    _ constant: Constant, _ role: String, atMost most: Int = 64
  ) throws(ONNXError.Cause) -> [Int] {
    guard try count(constant) <= most else {
      throw .wrongCount(of: "numbers in its \(role)", expected: "\(most) at most", found: try count(constant))
    }
    try countCopy(of: try count(constant))
    let numbers: [Int64]
    switch constant.type {
    case .int64:
      if let bytes = try bytes(of: constant, bitsPerElement: 64) {
        numbers = Self.numbers(bytes, UInt64.self).map { Int64(bitPattern: $0) }
      } else {
        numbers = try checked(constant.tensor.int64Data, constant)
      }
    case .int32: numbers = try codes(constant, role).map(Int64.init)
    default: throw .typeUnsupported(role: role, found: constant.typeName, expected: "INT64 or INT32")
    }
    // An end of a slice may be the largest number there is.
    return numbers.map { Int(min(max($0, Int64(Int32.min)), Int64(Int32.max))) }
  }

  /// The codes of a constant of integers, as they stand in the file.
  mutating func codes(_ constant: Constant, _ role: String) throws(ONNXError.Cause) -> [Int32] {
    try countCopy(of: try count(constant))
    switch constant.type {
    case .int8:
      if let bytes = try bytes(of: constant, bitsPerElement: 8) {
        return bytes.map { Int32(Int8(bitPattern: $0)) }
      }
      return try checked(constant.tensor.int32Data, constant, within: -128...127)
    case .uint8:
      if let bytes = try bytes(of: constant, bitsPerElement: 8) { return bytes.map { Int32($0) } }
      return try checked(constant.tensor.int32Data, constant, within: 0...255)
    case .int32:
      if let bytes = try bytes(of: constant, bitsPerElement: 32) {
        return Self.numbers(bytes, UInt32.self).map { Int32(bitPattern: $0) }
      }
      return try checked(constant.tensor.int32Data, constant)
    case .int4, .uint4: return try nibbles(constant)
    default:
      throw .typeUnsupported(
        role: role, found: constant.typeName, expected: "INT8, UINT8, INT4, UINT4 or, for biases, INT32")
    }
  }

  /// Codes that stand in a field of wider numbers.
  private func checked(
    _ numbers: [Int32], _ constant: Constant, within range: ClosedRange<Int32>
  ) throws(ONNXError.Cause) -> [Int32] {
    if let other = numbers.first(where: { !range.contains($0) }) {
      throw .optionUnsupported(
        option: constant.label, value: "\(other) among its numbers",
        expected: "numbers of \(constant.typeName), \(range.lowerBound) to \(range.upperBound)")
    }
    return try checked(numbers, constant)
  }

  /// Codes of 4 bits: two a byte, the first one in the lower half.
  ///
  /// In the field `int32_data` each number holds one such byte.
  private mutating func nibbles(_ constant: Constant) throws(ONNXError.Cause) -> [Int32] {
    let count = try count(constant)
    let packed: [UInt8]
    if let bytes = try bytes(of: constant, bitsPerElement: 4) {
      packed = [UInt8](bytes)
    } else {
      let numbers = constant.tensor.int32Data
      guard numbers.count == (count + 1) / 2 else {
        throw .wrongSize(tensor: constant.label, expected: count, found: numbers.count * 2)
      }
      packed = numbers.map { UInt8(truncatingIfNeeded: $0) }
    }
    let isSigned = constant.type == .int4
    return (0..<count).map { index in
      let nibble = Int32(packed[index / 2] >> (index % 2 == 0 ? 0 : 4)) & 15
      return isSigned && nibble > 7 ? nibble - 16 : nibble
    }
  }

  private static func numbers<Number: FixedWidthInteger>(_ bytes: Data, _ type: Number.Type) -> [Number] {
    bytes.withUnsafeBytes { buffer in
      (0..<buffer.count / MemoryLayout<Number>.size).map {
        Number(
          littleEndian: buffer.loadUnaligned(
            fromByteOffset: $0 * MemoryLayout<Number>.size, as: Number.self))
      }
    }
  }
}
