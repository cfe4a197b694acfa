// Check your answer: swift run qat check 10.2   ·   stuck? swift run qat hint 10.2
import ExerciseKit

/// Your answer to exercise 10.2.
public enum Ex1002: Exercise1002 {
  /// The scales in the list that a field of a FlatBuffers table leads to; none if the table does not have the field.
  ///
  /// By hand first: the table at 8 in the bytes 06 00 08 00 04 00 00 00, 08 00 00 00, 04 00 00 00, 01 00 00 00,
  /// cd cc cc 3d. Where is the vtable, and where is field 0?
  public static func scales(in bytes: [UInt8], table: Int, field: Int) throws -> [Float] {
    throw Todo("10.2")  // ← your code in place of this line
  }
}
