// Check your answer: swift run qat check 09.1   ·   stuck? swift run qat hint 09.1
import ExerciseKit

/// Your answer to exercise 09.1.
public enum Ex0901: Exercise0901 {
  /// The codes that two runtimes make of the product `product` / 2^`shift`: the nearest integers, rounded once.
  ///
  /// Of a tie, LiteRT's reference makes the integer further away from zero, XNNPACK and ONNX Runtime the even one.
  /// `shift` is 1 to 20. It can be done in integers alone.
  ///
  /// By hand first: 20 and −20 with a shift of 3 are 2.5 and −2.5. What do the two runtimes make of them? And of 21
  /// and −21?
  public static func codes(of product: Int, shift: Int) throws -> (reference: Int, xnnpack: Int) {
    throw Todo("09.1")  // ← your code in place of this line
  }
}
