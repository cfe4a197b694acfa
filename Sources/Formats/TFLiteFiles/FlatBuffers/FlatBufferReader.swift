/// The bytes of a FlatBuffer, read with a check of every offset, length and index.
///
/// A FlatBuffer consists of tables, vectors and strings that refer to each other by offsets. Offsets of a hostile file
/// may lead anywhere, and many of them to the same bytes; so every access is checked against the end, and all bytes
/// that were decoded together against a limit.
///
/// Source: Google, "FlatBuffers: internals" (flatbuffers.dev/internals).
final class FlatBufferReader {
  /// The bytes of the file.
  let bytes: [UInt8]
  /// The number of bytes that may still be decoded: a valid file has every byte decoded a few times at most.
  private var allowance: Int

  /// Creates a reader.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    allowance = 8 * bytes.count + 1 << 16
  }

  /// The four characters at byte 4, which name the format; nil if the file is shorter.
  var identifier: String? {
    bytes.count >= 8 ? String(decoding: bytes[4..<8], as: UTF8.self) : nil
  }

  /// The table to which the file's first offset leads.
  func root() throws(TFLiteError.Cause) -> FlatBufferTable { try table(at: reference(at: 0)) }

  /// An integer of any width in little-endian order.
  func integer<Value: FixedWidthInteger>(
    _ type: Value.Type = Value.self, at position: Int
  ) throws(TFLiteError.Cause) -> Value {
    let width = MemoryLayout<Value>.size
    guard position >= 0, position <= bytes.count - width else { throw .outOfBounds(offset: position) }
    return bytes.withUnsafeBytes {
      Value(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: Value.self))
    }
  }

  /// The position to which the offset at a position leads.
  func reference(at position: Int) throws(TFLiteError.Cause) -> Int {
    let target = position + Int(try integer(UInt32.self, at: position))
    guard target > position, target <= bytes.count - 4 else { throw .outOfBounds(offset: position) }
    return target
  }

  /// The positions of the elements of the vector at a position, whose elements have `width` bytes each.
  func vector(at position: Int, width: Int) throws(TFLiteError.Cause) -> (first: Int, count: Int) {
    let count = Int(try integer(UInt32.self, at: position))
    let first = position + 4
    guard count <= (bytes.count - first) / width else { throw .outOfBounds(offset: position) }
    return (first, count)
  }

  /// The table at a position, whose list of fields is checked.
  func table(at position: Int) throws(TFLiteError.Cause) -> FlatBufferTable {
    let fields = position - Int(try integer(Int32.self, at: position))
    let listSize = Int(try integer(UInt16.self, at: fields))
    let tableSize = Int(try integer(UInt16.self, at: fields + 2))
    guard listSize >= 4, listSize % 2 == 0, fields <= bytes.count - listSize, tableSize >= 4,
      position <= bytes.count - tableSize
    else { throw .outOfBounds(offset: position) }
    try charge(64, at: position)
    return FlatBufferTable(
      reader: self, position: position, size: tableSize, fields: fields, fieldCount: (listSize - 4) / 2)
  }

  /// Counts bytes that are decoded at a position.
  func charge(_ count: Int, at position: Int) throws(TFLiteError.Cause) {
    guard count <= allowance else { throw .repeatedBytes(offset: position) }
    allowance -= count
  }
}

/// A table of a FlatBuffer: numbered fields, each of which may be absent and then has its default value.
struct FlatBufferTable {
  fileprivate let reader: FlatBufferReader
  fileprivate let position: Int
  fileprivate let size: Int
  fileprivate let fields: Int
  fileprivate let fieldCount: Int

  /// The position of a field of `width` bytes; nil if the table does not have it.
  private func place(_ field: Int, width: Int) throws(TFLiteError.Cause) -> Int? {
    guard field < fieldCount else { return nil }
    let offset = Int(try reader.integer(UInt16.self, at: fields + 4 + 2 * field))
    guard offset != 0 else { return nil }
    guard offset >= 4, offset <= size - width else { throw .outOfBounds(offset: position) }
    return position + offset
  }

  /// An integer field.
  func integer<Value: FixedWidthInteger>(
    _ field: Int, _ type: Value.Type, default standard: Int = 0
  ) throws(TFLiteError.Cause) -> Int {
    guard let place = try place(field, width: MemoryLayout<Value>.size) else { return standard }
    guard let value = Int(exactly: try reader.integer(type, at: place)) else {
      throw .outOfBounds(offset: place)
    }
    return value
  }

  /// A field of 32-bit floating point.
  func float(_ field: Int, default standard: Float = 0) throws(TFLiteError.Cause) -> Float {
    guard let place = try place(field, width: 4) else { return standard }
    return Float(bitPattern: try reader.integer(at: place))
  }

  /// Whether the table has a field of one byte or more.
  func has(_ field: Int) throws(TFLiteError.Cause) -> Bool { try place(field, width: 1) != nil }

  /// A field that is a table.
  func table(_ field: Int) throws(TFLiteError.Cause) -> FlatBufferTable? {
    guard let place = try place(field, width: 4) else { return nil }
    return try reader.table(at: reader.reference(at: place))
  }

  /// A field that is a vector of tables; empty if it is absent.
  func tables(_ field: Int) throws(TFLiteError.Cause) -> [FlatBufferTable] {
    guard let (first, count) = try vector(field, width: 4) else { return [] }
    var tables: [FlatBufferTable] = []
    for index in 0..<count { tables.append(try reader.table(at: reader.reference(at: first + 4 * index))) }
    return tables
  }

  /// A field that is a vector of integers; empty if it is absent.
  func integers<Value: FixedWidthInteger>(
    _ field: Int, _ type: Value.Type
  ) throws(TFLiteError.Cause) -> [Int] {
    let width = MemoryLayout<Value>.size
    guard let (first, count) = try vector(field, width: width) else { return [] }
    try reader.charge(8 * count, at: first)
    var values: [Int] = []
    for index in 0..<count { values.append(Int(try reader.integer(type, at: first + width * index))) }
    return values
  }

  /// A field that is a vector of 32-bit floating-point numbers; empty if it is absent.
  func floats(_ field: Int) throws(TFLiteError.Cause) -> [Float] {
    guard let (first, count) = try vector(field, width: 4) else { return [] }
    try reader.charge(4 * count, at: first)
    var values: [Float] = []
    for index in 0..<count { values.append(Float(bitPattern: try reader.integer(at: first + 4 * index))) }
    return values
  }

  /// A field that is a string; empty if it is absent.
  func string(_ field: Int) throws(TFLiteError.Cause) -> String {
    guard let range = try bytes(field) else { return "" }
    try reader.charge(range.count, at: range.lowerBound)
    return String(decoding: reader.bytes[range], as: UTF8.self)
  }

  /// The positions of a field that is a vector of bytes; nil if it is absent.
  func bytes(_ field: Int) throws(TFLiteError.Cause) -> Range<Int>? {
    guard let (first, count) = try vector(field, width: 1) else { return nil }
    return first..<first + count
  }

  private func vector(_ field: Int, width: Int) throws(TFLiteError.Cause) -> (first: Int, count: Int)? {
    guard let place = try place(field, width: 4) else { return nil }
    return try reader.vector(at: reader.reference(at: place), width: width)
  }
}
