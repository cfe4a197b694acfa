import Support

/// An array of numbers from a .npy file, the format of NumPy.
///
///     let images = try NPYArray(contentsOf: "images.npy")  // numpy.save("images.npy", images)
///     print(images.shape, images.type)
///
/// The file is `\x93NUMPY`, a version, the length of the header, the header, and the elements. The header is a Python
/// dictionary of element type, order and shape.
///
/// Source: NumPy, "NEP 1: A simple file format for NumPy arrays".
public struct NPYArray: Hashable, Sendable {
  /// The type of an element.
  public enum ElementType: String, CaseIterable, Sendable {
    case int8 = "i1"
    case uint8 = "u1"
    case int16 = "i2"
    case uint16 = "u2"
    case int32 = "i4"
    case int64 = "i8"
    case float32 = "f4"
    case float64 = "f8"

    /// The bytes of an element.
    public var width: Int { Int(rawValue.suffix(1)) ?? 0 }
  }

  /// The extents; none for a single number.
  public let shape: [Int]
  /// The type of the elements in the file.
  public let type: ElementType
  /// The elements in row-major order: the last dimension runs fastest.
  ///
  /// Integers of 64 bits are rounded to doubles.
  public let values: [Double]

  /// Reads a file of at most `limit` bytes.
  ///
  /// - Throws: ``NPYError`` if the file cannot be read, is no .npy file, has another element type or the order of
  ///   Fortran, or has fewer or more bytes than its shape takes.
  public init(contentsOf path: String, limit: Int = 1 << 30) throws(NPYError) {
    let bytes: [UInt8]
    do throws(FileError) {
      let file = try OrdinaryFile(path: path)
      guard file.size <= limit else {
        throw FileError("read", path, reason: "it has \(file.size) bytes, more than the \(limit) allowed")
      }
      bytes = try file.read(0..<file.size)
    } catch {
      throw NPYError(file: path, cause: .system(error))
    }
    do throws(NPYError.Cause) { try self.init(bytes) } catch { throw NPYError(file: path, cause: error) }
  }

  /// Decodes the bytes of a file.
  init(_ bytes: [UInt8]) throws(NPYError.Cause) {
    guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)), bytes.count >= 10 else { throw .notNPY }
    let isLong = bytes[6] >= 2
    guard (1...3).contains(bytes[6]), bytes.count >= 12 || !isLong else { throw .notNPY }
    let length = (0..<(isLong ? 4 : 2)).reduce(0) { $0 + Int(bytes[8 + $1]) << (8 * $1) }
    let begin = isLong ? 12 : 10
    guard length <= bytes.count - begin else { throw .cutShort }
    let header = String(decoding: bytes[begin..<begin + length], as: UTF8.self)
    guard let descriptor = Self.entry("descr", of: header),
      let order = Self.entry("fortran_order", of: header),
      let extents = Self.entry("shape", of: header)
    else { throw .malformedHeader }
    guard !descriptor.hasPrefix("[") else { throw .namedFields }
    let name = descriptor.trimmed(of: "'\"")
    guard let first = name.first, "<|=".contains(first),
      let type = ElementType(rawValue: String(name.dropFirst()))
    else { throw .unsupportedType(String(name)) }
    guard order == "False" else { throw .fortranOrder }
    var shape: [Int] = []
    for text in extents.trimmed(of: "()").split(separator: ",") where text.contains(where: { $0 != " " }) {
      guard let extent = Int(text.filter { $0 != " " }), extent >= 0 else { throw .malformedHeader }
      shape.append(extent)
    }
    let found = bytes.count - begin - length
    guard let count = shape.checkedProduct, count <= Int.max / type.width, count * type.width == found else {
      throw .wrongSize(shape: shape, type: type, found: found)
    }
    (self.shape, self.type) = (shape, type)
    values = bytes[(begin + length)...].withUnsafeBytes { buffer in
      (0..<count).map { type.value(buffer, at: $0 * type.width) }
    }
  }

  /// The text behind a key of a Python dictionary without nested dictionaries, up to the comma after it.
  private static func entry(_ key: String, of header: String) -> Substring? {
    guard let place = header.firstRange(of: "'\(key)':") else { return nil }
    let rest = header[place.upperBound...].drop { $0 == " " }
    if rest.first == "(" { return rest.firstIndex(of: ")").map { rest[...$0] } }
    return rest.firstIndex { $0 == "," || $0 == "}" }.map { rest[..<$0] }
  }
}

extension NPYArray.ElementType {
  /// The number at a position of little-endian bytes.
  fileprivate func value(_ bytes: UnsafeRawBufferPointer, at position: Int) -> Double {
    func integer<Value: FixedWidthInteger>(_ type: Value.Type) -> Value {
      Value(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Value.self))
    }
    return switch self {
    case .int8: Double(integer(Int8.self))
    case .uint8: Double(integer(UInt8.self))
    case .int16: Double(integer(Int16.self))
    case .uint16: Double(integer(UInt16.self))
    case .int32: Double(integer(Int32.self))
    case .int64: Double(integer(Int64.self))
    case .float32: Double(Float(bitPattern: integer(UInt32.self)))
    case .float64: Double(bitPattern: integer(UInt64.self))
    }
  }
}

extension Substring {
  /// The text without these characters at its ends.
  fileprivate func trimmed(of characters: String) -> Substring {
    var text = self[...]
    while let first = text.first, characters.contains(first) { text.removeFirst() }
    while let last = text.last, characters.contains(last) { text.removeLast() }
    return text
  }
}

/// The reason why a .npy file cannot be read: the file, the cause and the remedy.
public struct NPYError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The path of the file.
  public let file: String
  /// What is wrong.
  public let cause: Cause

  /// What can be wrong with a file.
  public enum Cause: Error, Hashable, Sendable {
    /// The system refused to open or read the file.
    case system(FileError)
    /// The file does not begin as a .npy file of version 1, 2 or 3.
    case notNPY
    /// The file ends within its header.
    case cutShort
    /// The header does not give element type, order and shape.
    case malformedHeader
    /// The elements have a type that is not read.
    case unsupportedType(String)
    /// An element has several named fields.
    case namedFields
    /// The first dimension runs fastest.
    case fortranOrder
    /// The file has fewer or more bytes of elements than shape and type take.
    case wrongSize(shape: [Int], type: NPYArray.ElementType, found: Int)
  }

  /// The file, the cause and the remedy, in one line.
  public var description: String {
    switch cause {
    case .system(let error): error.description
    case .notNPY: "\(file): it is no .npy file; write it with numpy.save(\"\(file)\", array)"
    case .cutShort: "\(file): it ends within its header; write it anew"
    case .malformedHeader:
      "\(file): its header does not give descr, fortran_order and shape; write it anew with numpy.save"
    case .unsupportedType(let name):
      "\(file): its elements have type \(UntrustedText.shown(name, most: 20)); expected little-endian int8 to int64, uint8, uint16, float32 or"
        + " float64: save array.astype(\"float32\")"
    case .namedFields:
      "\(file): its elements have named fields; expected numbers alone: save array[\"field\"]"
    case .fortranOrder:
      "\(file): its first dimension runs fastest; save numpy.ascontiguousarray(array)"
    case .wrongSize(let shape, let type, let found):
      "\(file): \(type) of shape \(shape) takes \(Self.bytes(shape, type)), and the file has \(found); it is damaged or"
        + " cut short: write it anew"
    }
  }

  private static func bytes(_ shape: [Int], _ type: NPYArray.ElementType) -> String {
    let count = shape.checkedProduct.map { $0.multipliedReportingOverflow(by: type.width) }
    return count.flatMap { $0.overflow ? nil : "\($0.partialValue) bytes" }
      ?? "more bytes than can be counted"
  }
}
