// Check your answer: swift run qat check 08.3   ·   stuck? swift run qat hint 08.3
import ExerciseKit

/// Your answer to exercise 08.3.
public enum Ex0803: Exercise0803 {
  /// The bits of each of `layers` that `budget` bytes buy.
  ///
  /// Every layer begins with 2 bits, which are paid from the budget too and always fit. Then bits are bought one by one:
  /// of the layers whose next bit still fits, the one whose bit saves most loss for a byte gets it; no two save the same
  /// for a byte. A `LayerPrice` has `bytesPerBit`, an `Int`, and `saved`, a `[Double]`: the loss that its third bit saves,
  /// its fourth, and so on. After the last of them the layer gets no more bits.
  ///
  /// By hand first: budget 60, and two layers. conv has 4 bytes a bit and saves 0.4, then 0.1; hidden has 20 bytes a
  /// bit and saves 1, then 0.5. Two bits for both are 48 bytes. What does conv's third bit save for a byte, and
  /// what hidden's? Which of them fit?
  public static func bits(for layers: [LayerPrice], budget: Int) throws -> [Int] {
    throw Todo("08.3")  // ← your code in place of this line
  }
}
