// Check your answer: swift run qat check 07.3   ·   stuck? swift run qat hint 07.3
import ExerciseKit

/// Your answer to exercise 07.3.
public enum Ex0703: Exercise0703 {
  /// The names of the layers whose quantization raises the loss by more than `tolerance`, the worst first.
  ///
  /// `lossAlone` of a layer is the whole loss of the network when that layer alone is quantized, not how much it adds;
  /// `sqnr` is there too.
  ///
  /// By hand first: float loss 1, tolerance 0.05, and the losses conv 1.02, hidden 1.25, scores 0.98. By how
  /// much does each raise the loss? Which of them hurt?
  public static func hurting(_ layers: [LayerCost], floatLoss: Double, tolerance: Double) throws -> [String] {
    throw Todo("07.3")  // ← your code in place of this line
  }
}
