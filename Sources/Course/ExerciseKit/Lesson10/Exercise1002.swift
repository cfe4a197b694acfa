/// Exercise 10.2: find the scales in raw bytes.
public protocol Exercise1002: Sendable {
  /// The scales in a list that a field of a FlatBuffers table leads to; none if the table does not have the field.
  ///
  /// Numbers begin with their lowest byte. The table begins with four bytes that say how far *before* it its vtable
  /// is. The vtable is a list of numbers of two bytes: its own size in bytes, the table's size, and for each field how far
  /// into the table it is, or 0 if it is absent. A field whose number is beyond the vtable's end is absent too. The field
  /// has four bytes that say how far *ahead* of the field the list is. The list is a number of four bytes, how many scales
  /// there are, and then the scales, four bytes each.
  ///
  /// By hand first: the table at 8 in the bytes 06 00 08 00 04 00 00 00, 08 00 00 00, 04 00 00 00, 01 00 00 00,
  /// cd cc cc 3d. Where is the vtable, and where is field 0?
  ///
  /// - Parameters:
  ///   - bytes: A part of a file; every offset in it is right.
  ///   - table: Where the table begins.
  ///   - field: The number of the field, from 0.
  /// - Returns: The scales.
  /// - Throws: `Todo` until it is solved.
  static func scales(in bytes: [UInt8], table: Int, field: Int) throws -> [Float]
}

extension Exercise {
  /// Find the scales in raw bytes.
  public static let rawScales = Exercise(
    "10.2", "find the scales in raw bytes", section: "lesson 10, \"Byte by byte\"",
    crash: "A byte times 2^24 does not fit a byte: make it an Int, or a UInt32, before it is moved.",
    index:
      "An index beyond the end of the bytes crashes. Which of your offsets is counted from the wrong place?",
    hints: [
      "From where is each of the three offsets counted: the one to the vtable, the one in it, and the one in the field?",
      "Read \"Byte by byte\" in lesson 10: its four small functions are the whole way. What is missing there is the "
        + "field that is absent.",
      "Two helpers read two and four bytes. Then: the vtable's place; the field's entry in it, if there is one; the "
        + "list's place; and Float(bitPattern:) of so many numbers as the list says.",
    ])
}
