/// A value of a FlatBuffer that is still to be written.
indirect enum FlatBufferValue {
  /// A number, in little-endian order, that a table contains itself.
  case scalar([UInt8])
  /// Bytes that begin at a multiple of `alignment`, as a vector with elements of `width` bytes.
  case vector([UInt8], width: Int, alignment: Int)
  /// A text.
  case string(String)
  /// A table: its fields by their numbers.
  case table([Int: FlatBufferValue])
  /// A vector of tables.
  case tables([[Int: FlatBufferValue]])

  /// An integer of the type's width.
  static func integer(_ value: some FixedWidthInteger) -> Self {
    .scalar(withUnsafeBytes(of: value.littleEndian) { Array($0) })
  }

  /// A floating-point number of 32 bits.
  static func float(_ value: Float) -> Self { .integer(value.bitPattern) }

  /// A vector of integers of the type's width.
  static func integers<Value: FixedWidthInteger>(_ values: [Value]) -> Self {
    let width = MemoryLayout<Value>.size
    let bytes = values.flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0) } }
    return .vector(bytes, width: width, alignment: width)
  }

  /// A vector of floating-point numbers of 32 bits.
  static func floats(_ values: [Float]) -> Self { .integers(values.map(\.bitPattern)) }
}

/// Writes a FlatBuffer from front to back: first a table, then what it refers to.
///
/// Equal values give equal bytes.
struct FlatBufferWriter {
  private(set) var bytes: [UInt8] = []

  /// Creates the bytes of a file whose root is a table with these fields.
  init(root: [Int: FlatBufferValue], identifier: String) {
    bytes = [0, 0, 0, 0] + identifier.utf8.prefix(4)
    let position = write(table: root)
    patch(0, to: position)
  }

  /// Writes a table and all that it refers to, and returns its position.
  private mutating func write(table: [Int: FlatBufferValue]) -> Int {
    let numbers = table.keys.sorted()
    // Fields of the same table are laid out by width, the widest first, after the offset to the list of fields.
    let widths = numbers.map { number in
      if case .scalar(let bytes)? = table[number] { (number, bytes.count) } else { (number, 4) }
    }
    let order = widths.sorted { ($0.1, $1.0) > ($1.1, $0.0) }
    let alignment = max(order.first?.1 ?? 4, 4)
    let listSize = 4 + 2 * ((numbers.last ?? -1) + 1)
    align(to: 2)
    let list = bytes.count
    // The offset to the list comes first; the first field starts at the next multiple of its width.
    var (offset, offsets) = (max(alignment, 4), [Int: Int]())
    for (number, width) in order {
      offsets[number] = offset
      offset += width
    }
    append(UInt16(listSize))
    append(UInt16(offset))
    for number in 0..<(listSize - 4) / 2 { append(UInt16(offsets[number] ?? 0)) }
    align(to: alignment)
    let position = bytes.count
    append(Int32(position - list))
    bytes += [UInt8](repeating: 0, count: offset - 4)
    for number in numbers {
      guard let value = table[number], let offset = offsets[number] else { continue }
      if case .scalar(let scalar) = value {
        bytes.replaceSubrange(position + offset..<position + offset + scalar.count, with: scalar)
      } else {
        patch(position + offset, to: write(value))
      }
    }
    return position
  }

  /// Writes what an offset refers to, and returns its position.
  private mutating func write(_ value: FlatBufferValue) -> Int {
    switch value {
    case .scalar(let scalar):
      bytes += scalar
      return bytes.count - scalar.count
    case .table(let table): return write(table: table)
    case .string(let text):
      let position = write(vector: Array(text.utf8), width: 1, alignment: 4)
      bytes.append(0)
      return position
    case .vector(let vector, let width, let alignment):
      return write(vector: vector, width: width, alignment: alignment)
    case .tables(let tables):
      let position = write(
        vector: [UInt8](repeating: 0, count: 4 * tables.count), width: 4, alignment: 4)
      for (index, table) in tables.enumerated() {
        let element = position + 4 + 4 * index
        patch(element, to: write(table: table))
      }
      return position
    }
  }

  /// Writes the count and the bytes of a vector; its first element is aligned.
  private mutating func write(vector: [UInt8], width: Int, alignment: Int) -> Int {
    align(to: 4)
    while (bytes.count + 4) % alignment != 0 { bytes += [0, 0, 0, 0] }
    append(UInt32(vector.count / width))
    bytes += vector
    return bytes.count - vector.count - 4
  }

  private mutating func append(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }

  private mutating func align(to alignment: Int) {
    while bytes.count % alignment != 0 { bytes.append(0) }
  }

  /// Makes the offset at a position lead to another position behind it.
  private mutating func patch(_ position: Int, to target: Int) {
    withUnsafeBytes(of: UInt32(target - position).littleEndian) {
      bytes.replaceSubrange(position..<position + 4, with: $0)
    }
  }
}
