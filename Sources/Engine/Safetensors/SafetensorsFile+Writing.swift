import Support

extension SafetensorsFile {
  /// The file, byte for byte: the same content gives the same bytes, in whatever order it was added.
  ///
  /// They are the bytes that the reference writer gives, which puts wider elements first and fills the
  /// header with spaces to a multiple of 8, so that every tensor begins at a multiple of its element's
  /// width. (The reference leaves the order of several metadata keys to chance; here they are sorted.)
  public func encoded() -> [UInt8] {
    let tensors = tensors
    var header = Self.header(of: tensors, metadata: metadata)
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

  /// Writes the file, whole or not at all: a reader sees the old one or the new one, never a part.
  ///
  /// - Throws: `FileError` that names the path and the system's reason.
  public func write(to path: String) throws(FileError) {
    try AtomicFile.write(encoded(), to: path)
  }

  private static func header(of tensors: [SafetensorsTensor], metadata: [String: String]) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      let texts = pairs.map { quoted($0.key) + ":" + quoted($0.value) }
      members.append("\"\(SafetensorsHeader.metadataKey)\":{\(texts.joined(separator: ","))}")
    }
    var end = 0
    for tensor in tensors {
      let begin = end
      end += tensor.bytes.count
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(tensor.name)):{\"dtype\":\"\(tensor.type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(begin),\(end)]}")
    }
    return Array("{\(members.joined(separator: ","))}".utf8)
  }

  /// A JSON string, escaped where JSON demands it and nowhere else.
  private static func quoted(_ text: String) -> String {
    var json = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": json += "\\\""
      case "\\": json += "\\\\"
      case "\u{8}": json += "\\b"
      case "\t": json += "\\t"
      case "\n": json += "\\n"
      case "\u{C}": json += "\\f"
      case "\r": json += "\\r"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: json.unicodeScalars.append(scalar)
      }
    }
    return json + "\""
  }
}
