// Check your answer: swift run qat check 08.1   ·   stuck? swift run qat hint 08.1
import ExerciseKit

/// Your answer to exercise 08.1.
public enum Ex0801: Exercise0801 {
  /// The positions of the layers before which a quantizer for an input has to stand, in their order.
  ///
  /// `annotated` says of each layer of a chain whether it has a mark. What a marked layer puts out is rounded; what
  /// comes from a layer without a mark, and the image that layer 0 reads, are floats. A marked layer that reads
  /// floats gets a quantizer before it.
  ///
  /// By hand first: marked, not marked, marked, marked. What does each of the three marked layers read?
  public static func inputQuantizers(annotated: [Bool]) throws -> [Int] {
    throw Todo("08.1")  // ← your code in place of this line
  }
}
