// Check your answer: swift run qat check 10.2   ·   stuck? swift run qat hint 10.2
import ExerciseKit

/// Your answer to exercise 10.2.
public enum Ex1002: Exercise1002 {
  /// The scales in the list that a field of a FlatBuffers table leads to; an empty list if the table does not have the field.
  ///
  /// Numbers begin with their lowest byte. `table` is where the table begins. Its first four bytes say how far *before*
  /// it its vtable is. A vtable has numbers of two bytes: its own size in bytes, the table's, and for each field, from
  /// 0, how far into the table it is, or 0 if it is absent. A field whose number is beyond the vtable's end is absent
  /// too. The field's four bytes say how far *ahead* of it the list is: a number of four bytes, how many scales there
  /// are, then the scales, four bytes each.
  ///
  /// By hand first: the table at 8 in the bytes 06 00 08 00 04 00 00 00, 08 00 00 00, 04 00 00 00, 01 00 00 00,
  /// cd cc cc 3d. Where is the vtable, and where is field 0?
  public static func scales(in bytes: [UInt8], table: Int, field: Int) throws -> [Float] {
    throw Todo("10.2")  // ← your code in place of this line
  }
}
