// Check your answer: swift run qat check 02.3   ·   stuck? swift run qat hint 02.3
import ExerciseKit

/// Your answer to exercise 02.3.
public enum Ex0203: Exercise0203 {
  /// The integer nearest to half of `sum`, a tie to the even one, exact for every Int.
  ///
  /// By hand first: half of 3 is 1.5. Which two integers are equally near, and which of them is even? And
  /// for −5?
  public static func halved(_ sum: Int) throws -> Int {
    throw Todo("02.3")  // ← your code in place of this line
  }
}
