import Support

extension SafetensorsFile {
  /// The largest file that is read unless the caller allows more: 8 GiB.
  public static let defaultLimit = 1 << 33

  /// Reads a file of at most `limit` bytes, trusting nothing that it says.
  ///
  /// Nothing is allocated before the file proves large enough to fill it. Each tensor's bytes are read
  /// straight into place; the file as a whole is never in memory besides.
  ///
  /// - Throws: `SafetensorsError` if the file cannot be read, is no safetensors file, or is damaged.
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

  /// Reads the bytes of a file, wherever they came from; `source` names them in messages.
  ///
  /// - Throws: `SafetensorsError` if they are no safetensors file, or are damaged.
  public init(bytes: [UInt8], source: String = "bytes in memory") throws(SafetensorsError) {
    try self.init(source: source, length: bytes.count) { (range) throws(SafetensorsError) in
      Array(bytes[range])
    }
  }

  /// Reads from whatever gives the bytes of a range that lies within `0 ..< length`.
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

extension SafetensorsError {
  /// A file that the system does not give.
  fileprivate init(_ error: FileError) {
    self.init(file: error.path, cause: .unreadable(reason: error.reason))
  }
}
