/// A value of JSON, as the configuration of a Keras model has it.
///
/// Python writes `NaN`, `Infinity` and `-Infinity` too, and they are read as numbers.
indirect enum JSONValue: Hashable, Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number without a fraction and an exponent, which 64 bits hold.
  case integer(Int)
  /// Any other number.
  case number(Double)
  /// A text.
  case string(String)
  /// Values in order.
  case array([JSONValue])
  /// Values by their names.
  case object([String: JSONValue])

  /// The text, of a text.
  var string: String? { if case .string(let text) = self { text } else { nil } }
  /// The values, of an array.
  var array: [JSONValue]? { if case .array(let values) = self { values } else { nil } }
  /// The values by their names, of an object.
  var object: [String: JSONValue]? { if case .object(let values) = self { values } else { nil } }
  /// The whole number; a number such as 6.0 is one too.
  var integer: Int? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }
  /// The number.
  var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The value named `name`, of an object that has one other than `null`.
  subscript(name: String) -> JSONValue? {
    guard case .object(let values) = self, let value = values[name], value != .null else { return nil }
    return value
  }

  /// The value in a few characters, for a message; not yet made safe for a terminal.
  var brief: String {
    switch self {
    case .null: "none"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let text): text
    case .array(let values):
      values.count <= 8 ? "[" + values.map(\.brief).joined(separator: ", ") + "]" : "\(values.count) values"
    case .object(let values):
      (values["class_name"]?.string ?? values["name"]?.string).map { "an object of class \($0)" }
        ?? "an object"
    }
  }
}

/// What is wrong with a text that should be JSON: the byte and what was expected there.
struct JSONProblem: Error, Hashable {
  let offset: Int
  let expected: String
}

/// Reads a text as one value of JSON; nesting is bounded, and an object has a name once.
struct JSONReader {
  /// The deepest nesting that is read; a Keras model takes six levels, and six more for each model inside another.
  static let deepest = 200

  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0

  /// Reads the whole text.
  ///
  /// - Throws: ``JSONProblem`` at the first byte that is not as JSON has it.
  static func value(of text: String) throws(JSONProblem) -> JSONValue {
    var reader = JSONReader(bytes: Array(text.utf8))
    let value = try reader.value()
    reader.skipSpace()
    guard reader.position == reader.bytes.count else { throw reader.problem("nothing more") }
    return value
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func problem(_ expected: String) -> JSONProblem {
    JSONProblem(offset: position, expected: expected)
  }

  private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
  }

  /// Consumes the character if it follows white space.
  private mutating func take(_ character: UnicodeScalar) -> Bool {
    skipSpace()
    guard byte == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: UnicodeScalar) throws(JSONProblem) {
    guard take(character) else { throw problem("\(character)") }
  }

  private mutating func takeWord(_ word: String) -> Bool {
    guard bytes[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  private mutating func value() throws(JSONProblem) -> JSONValue {
    skipSpace()
    switch byte {
    case UInt8(ascii: "{"): return .object(try object())
    case UInt8(ascii: "["): return .array(try array())
    case UInt8(ascii: "\""): return .string(try string())
    default: break
    }
    for (word, value) in Self.words where takeWord(word) { return value }
    return try number()
  }

  private static let words: [(String, JSONValue)] = [
    ("null", .null), ("true", .bool(true)), ("false", .bool(false)), ("NaN", .number(.nan)),
    ("Infinity", .number(.infinity)), ("-Infinity", .number(-.infinity)),
  ]

  private mutating func descend() throws(JSONProblem) {
    depth += 1
    guard depth <= Self.deepest else { throw problem("at most \(Self.deepest) values inside one another") }
  }

  private mutating func object() throws(JSONProblem) -> [String: JSONValue] {
    try descend()
    defer { depth -= 1 }
    var values: [String: JSONValue] = [:]
    try expect("{")
    if take("}") { return values }
    repeat {
      skipSpace()
      guard byte == UInt8(ascii: "\"") else { throw problem("a name in quotation marks") }
      let name = try string()
      guard values[name] == nil else { throw problem("another name than one that is there already") }
      try expect(":")
      values[name] = try value()
    } while take(",")
    try expect("}")
    return values
  }

  private mutating func array() throws(JSONProblem) -> [JSONValue] {
    try descend()
    defer { depth -= 1 }
    var values: [JSONValue] = []
    try expect("[")
    if take("]") { return values }
    repeat { values.append(try value()) } while take(",")
    try expect("]")
    return values
  }

  private mutating func number() throws(JSONProblem) -> JSONValue {
    let begin = position
    while let byte, (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte) {
      position += 1
    }
    let text = String(decoding: bytes[begin..<position], as: UTF8.self)
    let digits = text.drop { $0 == "-" }
    // JSON has no zero before other digits, no plus sign before a number and no number that begins with a point.
    let isPlain = digits.first?.isNumber == true && text.count - digits.count <= 1 && text.count <= 400
    if isPlain, digits.count == 1 || !digits.hasPrefix("0") || digits.dropFirst().first?.isNumber == false {
      if let whole = Int(text) { return .integer(whole) }
      if let value = Double(text) { return .number(value) }
    }
    position = begin
    throw problem("a value")
  }

  private mutating func string() throws(JSONProblem) -> String {
    position += 1
    var utf8: [UInt8] = []
    while true {
      guard let byte, byte >= 0x20 else { throw problem("a character of a text") }
      position += 1
      if byte == UInt8(ascii: "\"") { break }
      if byte == UInt8(ascii: "\\") {
        utf8 += Array(String(Character(try escape())).utf8)
      } else {
        utf8.append(byte)
      }
    }
    return String(decoding: utf8, as: UTF8.self)
  }

  private mutating func escape() throws(JSONProblem) -> UnicodeScalar {
    guard let byte else { throw problem("an escaped character") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UnicodeScalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: throw problem("an escaped character")
    }
    let first = try fourHexadecimalDigits()
    if let scalar = UnicodeScalar(first) { return scalar }
    // D800…DBFF carry the upper ten bits above 0xFFFF, DC00…DFFF the lower ten.
    if first < 0xDC00, takeWord("\\u") {
      let second = try fourHexadecimalDigits()
      if (0xDC00...0xDFFF).contains(second),
        let scalar = UnicodeScalar(0x1_0000 + (first - 0xD800) << 10 + (second - 0xDC00))
      {
        return scalar
      }
    }
    throw problem("a character of two UTF-16 units")
  }

  private mutating func fourHexadecimalDigits() throws(JSONProblem) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte, let digit = Character(UnicodeScalar(byte)).hexDigitValue else {
        throw problem("a hexadecimal digit")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}
