/// A scanner of the tokens of a header's JSON.
struct JSONScanner {
  private let bytes: [UInt8]
  private let source: String
  private var position = 0
  /// The name of the tensor that is being read, for messages.
  var tensor: String?

  init(_ bytes: [UInt8], source: String) { (self.bytes, self.source) = (bytes, source) }

  /// The error with this cause at the current position.
  func failure(_ cause: SafetensorsError.Cause) -> SafetensorsError {
    SafetensorsError(file: source, tensor: tensor, cause: cause)
  }

  /// The error of finding something other than `expected` at the current position.
  private func unexpected(_ expected: String) -> SafetensorsError {
    let found =
      position >= bytes.count
      ? "the end"
      : (0x21...0x7E).contains(bytes[position])
        ? String(UnicodeScalar(bytes[position])) : "the byte 0x" + String(bytes[position], radix: 16)
    return failure(.malformedHeader(offset: position, expected: expected, found: found))
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  /// Skips white space, then consumes `character` if it follows.
  ///
  /// - Returns: Whether it followed.
  mutating func take(_ character: UnicodeScalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func expect(_ character: UnicodeScalar) throws(SafetensorsError) {
    guard take(character) else { throw unexpected(String(character)) }
  }

  /// Consumes the brace that must be the first byte of a header, by which the format is recognized.
  mutating func expectOpeningBrace() throws(SafetensorsError) {
    guard bytes.first == UInt8(ascii: "{") else { throw unexpected("{") }
    position = 1
  }

  /// Checks that only white space follows the last brace.
  mutating func expectEnd() throws(SafetensorsError) {
    skipSpace()
    guard position == bytes.count else { throw unexpected("nothing more") }
  }

  /// Consumes an array of at most `limit` whole numbers of 0 or more.
  mutating func integers(atMost limit: Int) throws(SafetensorsError) -> [Int] {
    var integers: [Int] = []
    try expect("[")
    if take("]") { return [] }
    repeat {
      guard integers.count < limit else { throw unexpected("at most \(limit) numbers") }
      integers.append(try integer())
    } while take(",")
    try expect("]")
    return integers
  }

  private mutating func integer() throws(SafetensorsError) -> Int {
    skipSpace()
    let begin = position
    var value = 0
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
      let (tenfold, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow) = tenfold.addingReportingOverflow(Int(bytes[position] - 0x30))
      // JSON allows no zero before other digits.
      guard !isTooLarge, !overflow, position == begin || bytes[begin] != 0x30 else {
        throw unexpected("a whole number below 2⁶³")
      }
      value = sum
      position += 1
    }
    guard position > begin else { throw unexpected("a whole number of 0 or more") }
    return value
  }

  /// Consumes a string, resolves its escapes and checks its UTF-8.
  mutating func string() throws(SafetensorsError) -> String {
    try expect("\"")
    let begin = position
    var utf8: [UInt8] = []
    while true {
      guard position < bytes.count, bytes[position] >= 0x20 else {
        throw unexpected("a character of a string")
      }
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\"") { break }
      if byte == UInt8(ascii: "\\") {
        utf8 += Array(String(Character(try escape())).utf8)
      } else {
        utf8.append(byte)
      }
    }
    let string = String(decoding: utf8, as: UTF8.self)
    // Decoding replaces bytes that are not UTF-8 by other characters.
    guard string.utf8.elementsEqual(utf8) else { throw failure(.notUTF8(offset: begin)) }
    return string
  }

  /// Consumes an escape after its backslash and returns its character.
  private mutating func escape() throws(SafetensorsError) -> UnicodeScalar {
    guard position < bytes.count else { throw unexpected("an escaped character") }
    position += 1
    switch bytes[position - 1] {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default:
      position -= 1
      throw unexpected("an escaped character")
    }
  }

  /// Consumes four hexadecimal digits, or two escapes of four for a character of two UTF-16 units.
  private mutating func unicodeEscape() throws(SafetensorsError) -> UnicodeScalar {
    let begin = position
    let first = try fourHexadecimalDigits()
    if let scalar = UnicodeScalar(first) { return scalar }
    if bytes[position...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) {
      position += 2
      let second = try fourHexadecimalDigits()
      let isPair = (0xDC00...0xDFFF).contains(second)
      // D800…DBFF carry the upper ten bits above 0xFFFF, DC00…DFFF the lower ten; in the other order they encode no
      // character.
      if isPair, let scalar = UnicodeScalar(0x1_0000 + (first - 0xD800) << 10 + (second - 0xDC00)) {
        return scalar
      }
    }
    throw failure(.notUTF8(offset: begin))
  }

  private mutating func fourHexadecimalDigits() throws(SafetensorsError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard
        position < bytes.count, let digit = Character(UnicodeScalar(bytes[position])).hexDigitValue
      else { throw unexpected("a hexadecimal digit") }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}
