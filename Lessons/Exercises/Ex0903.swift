// Check your answer: swift run qat check 09.3   ·   stuck? swift run qat hint 09.3
import ExerciseKit

/// Your answer to exercise 09.3.
public enum Ex0903: Exercise0903 {
  /// The scales of three tensors as powers of two, and the shift that takes the place of the multiplier.
  ///
  /// Each tensor is given by its largest magnitude, above 0. Its scale is the smallest power of two, 2^e, at which code
  /// 127 reaches that far; the results are the exponents e, which may be negative. `shift` is by how many bits an
  /// accumulator, which counts in input scale × kernel scale, moves to the right to become an output; a negative one
  /// moves it to the left.
  ///
  /// By hand first: input 1, kernel 0.5, output 10. At the scale 1/64 code 127 reaches 1.98, at 1/128 it
  /// reaches 0.99: which is the smallest scale that reaches 1? And by how many bits does the accumulator move?
  public static func powersOfTwo(input: Float, kernel: Float, output: Float) throws -> (
    input: Int, kernel: Int, output: Int, shift: Int
  ) {
    throw Todo("09.3")  // ← your code in place of this line
  }
}
