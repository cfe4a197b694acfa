// Check your answer: swift run qat check 03.1   ·   stuck? swift run qat hint 03.1
import ExerciseKit

/// Your answer to exercise 03.1.
public enum Ex0301: Exercise0301 {
  /// The float that comes back when `x` goes to its code, 0…2^bits − 1, and returns; 0 stays exactly 0.
  ///
  /// The zero point is the code nearest to where 0 falls, from halfway between two codes the upper one, as in exercise
  /// 01.2. A number beyond the grid's ends takes the end's code.
  ///
  /// By hand first: low −0.5, high 1 and 2 bits give the codes 0, 1, 2, 3 and a scale of 0.5. Which code
  /// stands for 0? What comes back for 0.3? And for 5?
  public static func fakeQuantize(_ x: Float, low: Float, high: Float, bits: Int) throws -> Float {
    throw Todo("03.1")  // ← your code in place of this line
  }
}
