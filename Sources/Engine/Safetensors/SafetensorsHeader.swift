/// The JSON at the beginning of a safetensors file: the tensors' types, shapes and offsets, and the metadata.
struct SafetensorsHeader {
  /// The length of the longest header accepted, in bytes; the reference implementation has the same limit.
  static let largestLength = 100_000_000
  /// The key of the metadata among the names of tensors.
  static let metadataKey = "__metadata__"

  /// One tensor in the header; the length of its offsets is the byte count of its type and shape.
  struct Entry {
    let name: String
    let type: SafetensorsDataType
    let shape: [Int]
    /// The range of the tensor's bytes, counted from the end of the header.
    let offsets: Range<Int>
  }

  let source: String
  /// The tensors in the order of their bytes.
  let entries: [Entry]
  let metadata: [String: String]

  /// Parses the JSON; ``checkLayout(dataLength:)`` checks the offsets.
  init(json: [UInt8], source: String) throws(SafetensorsError) {
    var parser = HeaderParser(json, source: source)
    try parser.parse()
    self.source = source
    metadata = parser.metadata
    entries = parser.entries.sorted { a, b in
      (a.offsets.lowerBound, a.offsets.upperBound) < (b.offsets.lowerBound, b.offsets.upperBound)
    }
  }

  /// Checks that the tensors fill the data from beginning to end, without gaps and overlaps.
  ///
  /// The header may name the tensors in another order than that of their bytes; some writers sort by name.
  func checkLayout(dataLength: Int) throws(SafetensorsError) {
    var end = 0
    var previous = ""
    for entry in entries {
      let begin = entry.offsets.lowerBound
      guard begin >= end else { throw error(entry, .overlap(begin: begin, end: end, other: previous)) }
      guard begin == end else { throw error(entry, .gap(begin: begin, end: end)) }
      guard entry.offsets.upperBound <= dataLength else {
        throw error(entry, .dataCutShort(end: entry.offsets.upperBound, found: dataLength))
      }
      (end, previous) = (entry.offsets.upperBound, entry.name)
    }
    guard end == dataLength else {
      throw SafetensorsError(file: source, cause: .trailingBytes(expected: end, found: dataLength))
    }
  }

  private func error(_ entry: Entry, _ cause: SafetensorsError.Cause) -> SafetensorsError {
    SafetensorsError(file: source, tensor: entry.name, cause: cause)
  }

  /// Writes the JSON of the header of tensors in the order of their bytes; metadata keys are sorted.
  static func json(of tensors: [SafetensorsTensor], metadata: [String: String]) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      let texts = pairs.map { quoted($0.key) + ":" + quoted($0.value) }
      members.append("\"\(metadataKey)\":{\(texts.joined(separator: ","))}")
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

  /// The JSON string of a text, with no escapes but the necessary ones.
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

/// A parser of the one form of JSON that the format allows in a header.
///
/// It does not recurse, so that deep nesting cannot exhaust the stack, and its memory is a small multiple of the
/// header's.
private struct HeaderParser {
  private(set) var entries: [SafetensorsHeader.Entry] = []
  private(set) var metadata: [String: String] = [:]
  private var names: Set<String> = []
  private var json: JSONScanner

  init(_ bytes: [UInt8], source: String) { json = JSONScanner(bytes, source: source) }

  /// Parses the whole header.
  mutating func parse() throws(SafetensorsError) {
    try json.expectOpeningBrace()
    try members { (parser, name) throws(SafetensorsError) in
      parser.json.tensor = name == SafetensorsHeader.metadataKey ? nil : name
      guard parser.names.insert(name).inserted else { throw parser.json.failure(.duplicate(key: name)) }
      if name == SafetensorsHeader.metadataKey {
        try parser.parseMetadata()
      } else {
        try parser.parseTensor(name)
      }
      parser.json.tensor = nil
    }
    try json.expectEnd()
  }

  private mutating func parseMetadata() throws(SafetensorsError) {
    try json.expect("{")
    try members { (parser, key) throws(SafetensorsError) in
      let previous = parser.metadata.updateValue(try parser.json.string(), forKey: key)
      guard previous == nil else { throw parser.json.failure(.duplicate(key: key)) }
    }
  }

  private mutating func parseTensor(_ name: String) throws(SafetensorsError) {
    var type: SafetensorsDataType?
    var shape: [Int]?
    var offsets: [Int]?
    try json.expect("{")
    try members { (parser, key) throws(SafetensorsError) in
      switch key {
      case "dtype" where type == nil: type = try parser.dataType()
      case "shape" where shape == nil:
        shape = try parser.json.integers(atMost: SafetensorsTensor.largestRank)
      case "data_offsets" where offsets == nil: offsets = try parser.json.integers(atMost: 2)
      case "dtype", "shape", "data_offsets": throw parser.json.failure(.duplicate(key: key))
      default: throw parser.json.failure(.unknownKey(key))
      }
    }
    guard let type, let shape, let offsets else {
      throw json.failure(
        .incomplete(missing: type == nil ? "dtype" : shape == nil ? "shape" : "data_offsets"))
    }
    guard offsets.count == 2, offsets[0] <= offsets[1] else { throw json.failure(.wrongOffsets(offsets)) }
    guard let expected = type.byteCount(of: shape) else {
      throw json.failure(.shapeTooLarge(type: type, shape: shape))
    }
    guard offsets[1] - offsets[0] == expected else {
      throw json.failure(
        .wrongSize(type: type, shape: shape, expected: expected, found: offsets[1] - offsets[0]))
    }
    entries.append(.init(name: name, type: type, shape: shape, offsets: offsets[0]..<offsets[1]))
  }

  private mutating func dataType() throws(SafetensorsError) -> SafetensorsDataType {
    let name = try json.string()
    guard let type = SafetensorsDataType(rawValue: name) else { throw json.failure(.unknownType(name)) }
    return type
  }

  /// Parses the members of an object after its opening brace; `member` parses the value of a key.
  private mutating func members(
    _ member: (inout HeaderParser, String) throws(SafetensorsError) -> Void
  ) throws(SafetensorsError) {
    if json.take("}") { return }
    repeat {
      let key = try json.string()
      try json.expect(":")
      try member(&self, key)
    } while json.take(",")
    try json.expect("}")
  }
}
