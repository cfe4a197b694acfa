/// Reads the JSON of a header: the one form that the format allows, and no other.
///
/// It never calls itself, so that no depth of brackets can exhaust the stack, and it keeps nothing that
/// is larger than a small multiple of the header.
struct HeaderParser {
  private(set) var entries: [SafetensorsHeader.Entry] = []
  private(set) var metadata: [String: String] = [:]
  private var names: Set<String> = []
  private var json: JSONScanner

  init(_ bytes: [UInt8], source: String) { json = JSONScanner(bytes, source: source) }

  /// Reads the whole header.
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

  /// Reads the members of an object behind its opening brace; `member` reads the value of a key.
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
