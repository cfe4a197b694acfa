// Check your answer: swift run qat check 09.2   ·   stuck? swift run qat hint 09.2
import ExerciseKit

/// Your answer to exercise 09.2.
public enum Ex0902: Exercise0902 {
  /// The first operation whose codes differ, in how many codes, and how far at most; nil if no operation differs.
  ///
  /// `one` and `other` have the codes of each operation, in the order in which they run; an operation has equally many
  /// codes in both. The result is a `Parting(operation: …, codes: …, farthest: …)`; operations are counted from 0.
  ///
  /// By hand first: one [[5, 7], [1, 2, 3], [9]], other [[5, 7], [1, 4, 2], [0]]. Which operation is the first that
  /// differs? How many of its codes differ, and which of them most?
  public static func parting(of one: [[Int8]], and other: [[Int8]]) throws -> Parting? {
    throw Todo("09.2")  // ← your code in place of this line
  }
}
