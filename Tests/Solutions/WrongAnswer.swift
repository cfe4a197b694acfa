import ExerciseKit

/// A wrong answer, and the finding that must recognise it.
public struct WrongAnswer: Sendable {
  /// The name of the finding expected.
  public let expectedFinding: String
  /// Checks the answer as a student's would be.
  public let check: @Sendable () throws -> [Finding]

  init(_ expectedFinding: String, _ check: @escaping @Sendable () throws -> [Finding]) {
    (self.expectedFinding, self.check) = (expectedFinding, check)
  }
}
