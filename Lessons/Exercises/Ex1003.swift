// Check your answer: swift run qat check 10.3   ·   stuck? swift run qat hint 10.3
import ExerciseKit

/// Your answer to exercise 10.3.
public enum Ex1003: Exercise1003 {
  /// The names of the layers that the runtime refuses, in their order: those whose output has other than 8 bits, dense
  /// layers with weights of 4 bits and more than one scale, and a softmax whose output has another scale than 1/256.
  ///
  /// A `FileLayer` has a `name`, a `kind`, which is `.convolution`, `.dense` or `.softmax`, the bits of a weight,
  /// `weightBits`, how many scales its weights have, `scaleCount`, and of its output `outputBits` and `outputScale`.
  /// The first three numbers are `Int`, the last is a `Float`; a softmax has no weights, and 0 for the first two.
  ///
  /// By hand first: a convolution with weights of 4 bits and 16 scales, and a dense layer of the same kind, both with
  /// outputs of 8 bits. Which of them is refused?
  public static func refused(_ layers: [FileLayer]) throws -> [String] {
    throw Todo("10.3")  // ← your code in place of this line
  }
}
