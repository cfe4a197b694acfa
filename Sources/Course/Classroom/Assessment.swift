import ExerciseChecks
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
  /// What kept the answer from the machine; the best, if it did not run.
  package var walls = Walls.bubblewrap

  /// Creates an assessment.
  package init(_ exercise: Exercise, _ status: ExerciseStatus, _ finding: Finding? = nil) {
    (self.exercise, self.status, self.finding) = (exercise, status, finding)
  }

  /// Creates the assessment of an exercise in whose place there is no answer, with the reason in a line.
  package init(_ exercise: Exercise, _ status: ExerciseStatus, because reason: String) {
    let remedy =
      status == .missing
      ? "Its stub comes back with: swift run qat reset \(exercise.id)"
      : "swift run qat reset \(exercise.id) puts the stub in its place, and keeps what is there now."
    self.init(
      exercise, status,
      Finding(
        status.rawValue.replacing(" ", with: "-"), observation: reason, likelyCause: remedy,
        section: exercise.section))
  }
}
