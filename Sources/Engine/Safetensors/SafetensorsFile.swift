import Support

/// The content of a safetensors file: named tensors and metadata.
///
///     var file = SafetensorsFile(metadata: ["step": "300"])
///     file.add(SafetensorsTensor("dense/kernel", shape: [784, 10], values: kernel))
///     try file.write(to: "model.safetensors")
///
///     let read = try SafetensorsFile(contentsOf: "model.safetensors")
///     let kernel = try read.floats("dense/kernel", shape: [784, 10])
///
/// Names are compared as Swift compares strings: by canonical equivalence of Unicode.
///
/// Source: Hugging Face, "Safetensors", section Format.
public struct SafetensorsFile: Equatable, Sendable {
  /// Texts about the tensors, by key.
  public var metadata: [String: String]
  /// The path of the file that was read, or another name of its origin, for messages; `==` ignores it.
  public let source: String
  private var tensorsByName: [String: SafetensorsTensor] = [:]

  /// Creates the content of a file that is yet to be written; every tensor needs a name of its own.
  public init(_ tensors: [SafetensorsTensor] = [], metadata: [String: String] = [:]) {
    self.init(tensors, metadata: metadata, source: "a file not yet written")
  }

  init(_ tensors: [SafetensorsTensor], metadata: [String: String], source: String) {
    (self.metadata, self.source) = (metadata, source)
    tensorsByName.reserveCapacity(tensors.count)
    for tensor in tensors { add(tensor) }
  }

  /// True if tensors and metadata are equal, whatever their sources.
  public static func == (a: SafetensorsFile, b: SafetensorsFile) -> Bool {
    a.metadata == b.metadata && a.tensorsByName == b.tensorsByName
  }

  /// Adds a tensor, whose name must be new.
  public mutating func add(_ tensor: SafetensorsTensor) {
    let previous = tensorsByName.updateValue(tensor, forKey: tensor.name)
    require(
      previous == nil,
      "a safetensors file holds one tensor of a name; \(tensor.name) was added twice: give each its own name")
  }

  /// The tensors in the order in which a file holds them: wider elements first, then by name.
  ///
  /// - Complexity: O(*n* log *n*).
  public var tensors: [SafetensorsTensor] {
    let ranks = Dictionary(uniqueKeysWithValues: SafetensorsDataType.allCases.enumerated().map { ($1, $0) })
    return tensorsByName.values.sorted { a, b in
      guard a.type == b.type else { return ranks[a.type, default: 0] < ranks[b.type, default: 0] }
      return a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
    }
  }

  /// The tensor of this name, or nil if there is none.
  public subscript(name: String) -> SafetensorsTensor? { tensorsByName[name] }

  /// The elements of the tensor `name`, which must be of this Swift type and, unless `shape` is nil, of this shape.
  ///
  /// - Throws: ``SafetensorsError`` if no tensor has this name, or if it has another type or shape.
  public func values<Element: SafetensorsElement>(
    _ name: String, as _: Element.Type = Element.self, shape: [Int]? = nil
  ) throws(SafetensorsError) -> [Element] {
    let tensor = try tensor(name, shape: shape)
    guard let values = tensor.values(as: Element.self) else {
      throw wrongType(tensor, expected: [Element.safetensorsType])
    }
    return values
  }

  /// The elements of an F32, F16 or BF16 tensor as floats, which is exact.
  ///
  /// Unless `shape` is nil, the tensor must have this shape.
  ///
  /// - Throws: ``SafetensorsError`` if no tensor has this name, or if it has another type or shape.
  public func floats(_ name: String, shape: [Int]? = nil) throws(SafetensorsError) -> [Float] {
    let tensor = try tensor(name, shape: shape)
    guard let floats = tensor.floats() else {
      throw wrongType(tensor, expected: [.float32, .float16, .bfloat16])
    }
    return floats
  }

  /// Checks that the metadata give no setting another value; a setting without metadata passes.
  ///
  /// - Throws: ``SafetensorsError`` that names the setting and both values.
  package func check(_ settings: [(name: String, value: String)]) throws(SafetensorsError) {
    for (name, value) in settings {
      guard let found = metadata[name], found != value else { continue }
      throw SafetensorsError(file: source, cause: .wrongSetting(name: name, expected: value, found: found))
    }
  }

  private func tensor(_ name: String, shape: [Int]?) throws(SafetensorsError) -> SafetensorsTensor {
    guard let tensor = tensorsByName[name] else {
      throw SafetensorsError(file: source, tensor: name, cause: .missing(present: tensors.map(\.name)))
    }
    guard let shape, shape != tensor.shape else { return tensor }
    throw SafetensorsError(
      file: source, tensor: name, cause: .wrongShape(expected: shape, found: tensor.shape))
  }

  private func wrongType(
    _ tensor: SafetensorsTensor, expected: [SafetensorsDataType]
  ) -> SafetensorsError {
    SafetensorsError(
      file: source, tensor: tensor.name, cause: .wrongType(expected: expected, found: tensor.type))
  }
}

extension SafetensorsFile {
  /// The size of the largest file that is read by default: 8 GiB.
  public static let defaultLimit = 1 << 33

  /// Reads a file of at most `limit` bytes and trusts nothing that it says.
  ///
  /// No memory is allocated before the file proves large enough to fill it. Each tensor is read straight into its
  /// own memory, without a copy of the whole file.
  ///
  /// - Throws: ``SafetensorsError`` if the file cannot be read, is no safetensors file, or is damaged.
  public init(contentsOf path: String, limit: Int = defaultLimit) throws(SafetensorsError) {
    let file: OrdinaryFile
    do throws(FileError) { file = try OrdinaryFile(path: path) } catch { throw SafetensorsError(error) }
    guard file.size <= limit else {
      throw SafetensorsError(file: path, cause: .tooLarge(size: file.size, limit: limit))
    }
    try self.init(source: path, length: file.size) { (range) throws(SafetensorsError) in
      do throws(FileError) { return try file.read(range) } catch { throw SafetensorsError(error) }
    }
  }

  /// Reads the bytes of a file that is in memory; `source` names them in messages.
  ///
  /// - Throws: ``SafetensorsError`` if the bytes are no safetensors file, or are damaged.
  public init(bytes: [UInt8], source: String = "bytes in memory") throws(SafetensorsError) {
    try self.init(source: source, length: bytes.count) { (range) throws(SafetensorsError) in
      Array(bytes[range])
    }
  }

  /// Reads through a function that gives the bytes of a range within `0 ..< length`.
  private init(
    source: String, length: Int, read: (Range<Int>) throws(SafetensorsError) -> [UInt8]
  ) throws(SafetensorsError) {
    guard length >= 8 else { throw SafetensorsError(file: source, cause: .tooShort(size: length)) }
    let announced = try read(0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard announced <= SafetensorsHeader.largestLength else {
      throw SafetensorsError(
        file: source, cause: .headerTooLong(length: announced, limit: SafetensorsHeader.largestLength))
    }
    let dataBegin = 8 + Int(announced)
    guard dataBegin <= length else {
      throw SafetensorsError(
        file: source, cause: .headerCutShort(length: Int(announced), found: length - 8))
    }
    let header = try SafetensorsHeader(json: try read(8..<dataBegin), source: source)
    try header.checkLayout(dataLength: length - dataBegin)
    var tensors: [SafetensorsTensor] = []
    tensors.reserveCapacity(header.entries.count)
    for entry in header.entries {
      let bytes = try read(dataBegin + entry.offsets.lowerBound..<dataBegin + entry.offsets.upperBound)
      tensors.append(SafetensorsTensor(entry.name, type: entry.type, shape: entry.shape, bytes: bytes))
    }
    self.init(tensors, metadata: header.metadata, source: source)
  }
}

extension SafetensorsFile {
  /// The bytes of the file, which do not depend on the order in which tensors were added.
  ///
  /// They equal those of the reference writer, which puts wider elements first and pads the header with spaces to
  /// a multiple of 8, so that every tensor begins at a multiple of its element's width. Metadata keys are sorted;
  /// the reference writes several of them in random order.
  public func encoded() -> [UInt8] {
    let tensors = tensors
    var header = SafetensorsHeader.json(of: tensors, metadata: metadata)
    header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    require(
      header.count <= SafetensorsHeader.largestLength,
      "the names of a safetensors file take \(header.count) bytes, more than the "
        + "\(SafetensorsHeader.largestLength) that readers accept; split the file")
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + tensors.reduce(0) { $0 + $1.bytes.count })
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: header.count >> shift))
    }
    bytes += header
    for tensor in tensors { bytes += tensor.bytes }
    return bytes
  }

  /// Writes the file whole or not at all: a reader sees the old file or the new one, never a part.
  ///
  /// - Throws: `FileError` with the path and the system's reason.
  public func write(to path: String) throws(FileError) {
    try AtomicFile.write(encoded(), to: path)
  }
}

extension SafetensorsFile: CustomStringConvertible {
  /// The source, a table of the tensors in the order of the file, and the metadata.
  ///
  /// Of tensors and of metadata, 40 each are shown; long texts are cut off.
  public var description: String {
    let (tensors, most) = (tensors, 40)
    let bytes = NumberFormat.grouped.string(Double(tensors.reduce(0) { $0 + $1.bytes.count }))
    let count = tensors.count == 1 ? "1 tensor" : "\(tensors.count) tensors"
    var lines = ["\(source): \(count), \(bytes) bytes"]
    if !tensors.isEmpty {
      let rows = tensors.prefix(most).map { tensor in
        [
          UntrustedText.shown(tensor.name), tensor.type.rawValue, "\(tensor.shape)",
          NumberFormat.grouped.string(Double(tensor.bytes.count)),
        ]
      }
      lines += TextTable(columns: ["tensor", "type", "shape", "bytes"], rows: rows).terminalLines()
    }
    if tensors.count > most { lines.append("… and \(tensors.count - most) more") }
    let texts = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    for (key, value) in texts.prefix(most) {
      lines.append("\(UntrustedText.shown(key)): \(UntrustedText.shown(value))")
    }
    if texts.count > most { lines.append("… and \(texts.count - most) more") }
    return lines.joined(separator: "\n")
  }
}
