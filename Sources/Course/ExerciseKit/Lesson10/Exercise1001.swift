/// Exercise 10.1: unpack codes of 4 bits.
public protocol Exercise1001: Sendable {
  /// The codes that lie packed in bytes, two in each.
  ///
  /// The earlier code is in the lower half of a byte, as .tflite and ONNX files have it. A code below 0 is stored as
  /// 16 plus the code. If `count` is odd, the last half holds nothing.
  ///
  /// By hand first: the bytes e1 and 05, and 3 codes. Which four halves are these, and which is nothing? What does
  /// a half of 14 stand for?
  ///
  /// - Parameters:
  ///   - bytes: The bytes, as many as `count` codes need.
  ///   - count: How many codes there are.
  /// - Returns: The codes, −8 to 7, in their order.
  /// - Throws: `Todo` until it is solved.
  static func unpacked(_ bytes: [UInt8], count: Int) throws -> [Int8]
}

extension Exercise {
  /// Unpack codes of 4 bits.
  public static let unpacked = Exercise(
    "10.1", "unpack codes of 4 bits", section: "lesson 10, \"Five numbers, by hand\"",
    crash:
      "Int8(…) crashes for a UInt8 above 127, and a UInt8 cannot go below 0: make the half an Int first.",
    index: "An index beyond the end of the bytes crashes: code i is in byte i / 2.",
    hints: [
      "Which bits of a byte does `byte & 15` leave? And which does `byte >> 4`?",
      "Read \"Five numbers, by hand\" in lesson 10, and go from right to left through its table. Which halves mean "
        + "something below 0?",
      "For each of `count` codes: the byte it is in; the half of that byte; and 16 less, if the half is 8 or more.",
    ])
}
