// Check your answer: swift run qat check 10.1   ·   stuck? swift run qat hint 10.1
import ExerciseKit

/// Your answer to exercise 10.1.
public enum Ex1001: Exercise1001 {
  /// The codes, −8 to 7, that lie packed in bytes, two in each, the earlier one in the lower half; a code below 0 is
  /// stored as 16 plus the code, and of an odd `count` the last half holds nothing.
  ///
  /// By hand first: the bytes e1 and 05, and 3 codes. Which four halves are these, and which is nothing? What does
  /// a half of 14 stand for?
  public static func unpacked(_ bytes: [UInt8], count: Int) throws -> [Int8] {
    throw Todo("10.1")  // ← your code in place of this line
  }
}
