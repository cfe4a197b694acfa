import ExerciseKit

/// What came of checking one attempt.
package struct Assessment: Hashable, Sendable {
  /// The exercise.
  package let exercise: Exercise
  /// How far it has come.
  package let status: ExerciseStatus
  /// What is wrong, where something is.
  package let finding: Finding?
  /// The first lines of what the answer printed, if it printed anything.
  package var printed = ""
  /// False if the answer ran with a network, or could have written outside its folder.
  package var wasIsolated = true

  /// Creates an assessment.
  package init(_ exercise: Exercise, _ status: ExerciseStatus, _ finding: Finding? = nil) {
    (self.exercise, self.status, self.finding) = (exercise, status, finding)
  }
}
