// Check your answer: swift run qat check 01.3   ·   stuck? swift run qat hint 01.3
import ExerciseKit

/// Your answer to exercise 01.3.
public enum Ex0103: Exercise0103 {
  /// The int8 code of `x`: the nearest one, limited to −128…127.
  ///
  /// Round the steps from zero, x / scale, by `.rounded(.toNearestOrEven)`: of
  /// two whole numbers that are equally near, it takes the even one.
  ///
  /// By hand first: scale 0.1, zero point 10. What is the code of 0.32? And of 100?
  public static func quantize(_ x: Float, scale: Float, zeroPoint: Int)
    throws -> Int8
  {
    throw Todo("01.3")  // ← your code in place of this line
  }
}
