import Safetensors
import Testing

/// The causes for which damaged and hostile files are refused, and the messages.
@Suite struct RefusalTests {
  typealias Cause = SafetensorsError.Cause

  /// A tensor `t` with this inside its braces, and 8 zeros of data.
  private static func tensor(_ members: String) -> [UInt8] { file("{\"t\":{\(members)}}", dataLength: 8) }

  /// Two tensors of 4 bytes, `t` and `u`, at these offsets in 8 bytes of data.
  private static func pair(_ t: (Int, Int), _ u: (Int, Int)) -> [UInt8] {
    func member(_ name: String, _ offsets: (Int, Int)) -> String {
      "\"\(name)\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[\(offsets.0),\(offsets.1)]}"
    }
    return file("{" + member("t", t) + "," + member("u", u) + "}", dataLength: 8)
  }

  @Test func `an impossible header length is refused before memory is allocated`() {
    for size in 0..<8 {
      #expect(failure([UInt8](repeating: 0, count: size))?.cause == .tooShort(size: size))
    }
    let longest: [UInt8] = [UInt8](repeating: 0xFF, count: 8) + Array("{}".utf8)
    #expect(failure(longest)?.cause == .headerTooLong(length: .max, limit: 100_000_000))
    // 100,000,001 and 100,000,000 in little-endian bytes: one beyond the limit, and the limit.
    let prefix: [UInt8] = [0xE1, 0xF5, 0x05, 0, 0, 0, 0]
    #expect(failure([0x01] + prefix)?.cause == .headerTooLong(length: 100_000_001, limit: 100_000_000))
    #expect(failure([0x00] + prefix)?.cause == .headerCutShort(length: 100_000_000, found: 0))
    #expect(failure(Array(file("{}").dropLast()))?.cause == .headerCutShort(length: 2, found: 1))
  }

  @Test(arguments: [
    ("", 0, "{", "the end"), (" {}", 0, "{", "the byte 0x20"), ("[]", 0, "{", "["), ("{", 1, "\"", "the end"),
    ("{} x", 3, "nothing more", "x"), ("{}{}", 2, "nothing more", "{"), ("{\"a\"}", 4, ":", "}"),
    ("{\"__metadata__\":{},}", 19, "\"", "}"), ("{\"a\":null}", 5, "{", "n"), ("{a:{}}", 1, "\"", "a"),
    ("{\"__metadata__\":{\"a\":1}}", 21, "\"", "1"), ("{\"__metadata__\":[]}", 16, "{", "["),
    ("{\"a\":{\"shape\":[-1]}}", 15, "a whole number of 0 or more", "-"),
    ("{\"a\":{\"shape\":[1.0]}}", 16, "]", "."), ("{\"a\":{\"shape\":[1e3]}}", 16, "]", "e"),
    ("{\"a\":{\"shape\":[01]}}", 16, "a whole number below 2⁶³", "1"),
    ("{\"a\":{\"shape\":[9223372036854775808]}}", 33, "a whole number below 2⁶³", "8"),
    ("{\"a\":{\"data_offsets\":[0,1,2]}}", 26, "at most 2 numbers", "2"),
    ("{\"a\":{\"dtype\":7}}", 14, "\"", "7"),
    ("{\"a\u{1}\":{}}", 3, "a character of a string", "the byte 0x1"),
    ("{\"\\x\":{}}", 3, "an escaped character", "x"), ("{\"\\u12g4\":{}}", 6, "a hexadecimal digit", "g"),
  ])
  func `a header that is not the expected JSON is refused`(
    _ header: String, _ offset: Int, _ expected: String, _ found: String
  ) {
    #expect(
      failure(file(header))?.cause == .malformedHeader(offset: offset, expected: expected, found: found))
  }

  @Test func `a header with broken Unicode is refused`() {
    // A continuation byte alone, an overlong "/", a surrogate in UTF-8, a character beyond the last, a part.
    for bytes: [UInt8] in [
      [0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
    ] {
      #expect(failure(file([0x7B, 0x22] + bytes + [0x22], data: []))?.cause == .notUTF8(offset: 2))
    }
    // Halves of surrogate pairs alone, the wrong way round, and twice the first.
    for escape in ["\\ud83d", "\\ude42", "\\ude42\\ud83d", "\\ud83d\\ud83d", "\\ud83dx"] {
      #expect(failure(file("{\"\(escape)\":{}}"))?.cause == .notUTF8(offset: 4))
    }
  }

  @Test(arguments: [
    ("\"dtype\":\"F4\",\"shape\":[16],\"data_offsets\":[0,8]", Cause.unknownType("F4")),
    ("\"dtype\":\"f32\",\"shape\":[2],\"data_offsets\":[0,8]", .unknownType("f32")),
    ("\"shape\":[8],\"data_offsets\":[0,8]", .incomplete(missing: "dtype")),
    ("\"dtype\":\"U8\",\"data_offsets\":[0,8]", .incomplete(missing: "shape")),
    ("\"dtype\":\"U8\",\"shape\":[8]", .incomplete(missing: "data_offsets")),
    ("\"dtype\":\"U8\",\"shape\":[8],\"shape\":[8],\"data_offsets\":[0,8]", .duplicate(key: "shape")),
    ("\"dtype\":\"U8\",\"shape\":[8],\"offsets\":[0,8]", .unknownKey("offsets")),
    ("\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[8]", .wrongOffsets([8])),
    ("\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[]", .wrongOffsets([])),
    ("\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[8,0]", .wrongOffsets([8, 0])),
    (
      "\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]",
      .wrongSize(type: .float32, shape: [3], expected: 12, found: 8)
    ),
    (
      "\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,8]",
      .wrongSize(type: .float32, shape: [], expected: 4, found: 8)
    ),
    (
      // 2³² · 2³² is 2⁶⁴, which would wrap round to the 0 bytes announced.
      "\"dtype\":\"U8\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]",
      .shapeTooLarge(type: .uint8, shape: [4_294_967_296, 4_294_967_296])
    ),
    (
      "\"dtype\":\"F64\",\"shape\":[2305843009213693952],\"data_offsets\":[0,0]",
      .shapeTooLarge(type: .float64, shape: [2_305_843_009_213_693_952])
    ),
    (
      "\"dtype\":\"U8\",\"shape\":[9223372036854775807],\"data_offsets\":[0,9223372036854775807]",
      .dataCutShort(end: .max, found: 8)
    ),
    ("\"dtype\":\"U8\",\"shape\":[9],\"data_offsets\":[0,9]", .dataCutShort(end: 9, found: 8)),
    ("\"dtype\":\"U8\",\"shape\":[7],\"data_offsets\":[1,8]", .gap(begin: 1, end: 0)),
  ])
  func `a tensor that contradicts itself is refused by name`(_ members: String, _ cause: Cause) {
    let error = failure(Self.tensor(members))
    #expect(error?.cause == cause)
    #expect(error?.tensor == "t")
  }

  @Test func `tensors that do not fill the data exactly are refused`() {
    #expect(failure(Self.pair((0, 4), (4, 8))) == nil)
    #expect(failure(Self.pair((4, 8), (0, 4))) == nil)
    #expect(failure(Self.pair((0, 4), (0, 4)))?.cause == .overlap(begin: 0, end: 4, other: "t"))
    #expect(failure(Self.pair((0, 4), (3, 7)))?.cause == .overlap(begin: 3, end: 4, other: "t"))
    #expect(failure(Self.pair((0, 4), (5, 9)))?.cause == .gap(begin: 5, end: 4))
    let whole = Self.pair((0, 4), (4, 8))
    let short = failure(Array(whole.dropLast()))
    #expect(short?.cause == .dataCutShort(end: 8, found: 7))
    #expect(short?.tensor == "u")
    #expect(failure(whole + [0])?.cause == .trailingBytes(expected: 8, found: 9))
    #expect(failure(file("{}", dataLength: 1))?.cause == .trailingBytes(expected: 0, found: 1))
  }

  @Test func `a name that occurs twice in a header is refused`() {
    let member = "\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]"
    #expect(
      failure(file("{\"t\":{\(member)},\"t\":{\(member)}}"))?.cause == .duplicate(key: "t"))
    // é as one character and as e with an accent are one name in Swift.
    #expect(
      failure(file("{\"\\u00e9\":{\(member)},\"e\\u0301\":{\(member)}}"))?.cause == .duplicate(key: "é"))
    #expect(
      failure(file("{\"__metadata__\":{},\"__metadata__\":{}}"))?.cause == .duplicate(key: "__metadata__"))
    #expect(
      failure(file("{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}"))?.cause == .duplicate(key: "a"))
  }

  @Test func `neither deep nor long JSON in a header does harm`() {
    for bracket in ["[", "{\"a\":"] {
      let deep = String(repeating: bracket, count: 1_000_000)
      #expect(failure(file(deep)) != nil)
      #expect(failure(file("{\"a\":" + deep)) != nil)
      #expect(failure(file("{\"a\":{\"shape\":" + deep)) != nil)
      #expect(failure(file("{\"__metadata__\":{\"a\":" + deep)) != nil)
    }
    let ones = String(repeating: "1,", count: 1_000_000)
    guard
      case .malformedHeader(_, "at most 64 numbers", _)? = failure(Self.tensor("\"shape\":[\(ones)1]"))?.cause
    else {
      Issue.record("a million dimensions were accepted")
      return
    }
  }

  @Test func `an error message names file, tensor, cause and remedy`() {
    #expect(
      failure(Self.tensor("\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]"))?.description
        == "test, tensor \"t\": F32 of shape [3] takes 12 bytes, and its offsets enclose 8; "
        + "it is damaged, or its writer is at fault: fetch it again or write it anew")
    #expect(
      failure(Array(Self.pair((0, 4), (4, 8)).dropLast()))?.description
        == "test, tensor \"u\": it ends at byte 8 of the data, which has only 7; "
        + "it is cut short: copy or fetch it again")
  }

  @Test func `a hostile tensor name can neither flood nor control a terminal`() throws {
    let name = "\\u001b[2J\\u202e" + String(repeating: "x", count: 100_000)
    let message = try #require(failure(file("{\"\(name)\":{}}"))?.description)
    #expect(message.hasPrefix("test, tensor \"\\u{1b}[2J\\u{202e}xxx"))
    #expect(message.count < 400)
    #expect(!message.unicodeScalars.contains { $0.properties.generalCategory == .control })
  }
}
