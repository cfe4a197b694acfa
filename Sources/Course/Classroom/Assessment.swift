import ExerciseKit

/// The result of checking an answer.
package struct Assessment: Hashable, Sendable {
  /// The exercise.
  package let exercise: Exercise
  /// How far the answer has come.
  package let status: ExerciseStatus
  /// The mistake that was found, if any.
  package let finding: Finding?
  /// The first lines that the answer printed.
  package var printed = ""
  /// False if the answer ran with a network, or could have written outside its folder.
  package var wasIsolated = true

  /// Creates an assessment.
  package init(_ exercise: Exercise, _ status: ExerciseStatus, _ finding: Finding? = nil) {
    (self.exercise, self.status, self.finding) = (exercise, status, finding)
  }
}

/// How far an answer to an exercise has come.
package enum ExerciseStatus: String, Hashable, Codable, CaseIterable, Sendable {
  /// It is still the stub.
  case notBegun = "not begun"
  /// It still has the stub's `Todo`.
  case begun
  /// It does not compile.
  case doesNotCompile = "does not compile"
  /// It could not be run, for a reason outside of it.
  case notChecked = "not checked"
  /// It crashed, never ended, or left the program.
  case crashed
  /// It gave a wrong answer.
  case wrong
  /// It is right.
  case right

  /// A sign for lists.
  package var sign: String {
    switch self {
    case .notBegun: "○"
    case .begun: "◐"
    case .doesNotCompile: "⊘"
    case .notChecked: "?"
    case .crashed: "⚡"
    case .wrong: "✗"
    case .right: "✓"
    }
  }
}
