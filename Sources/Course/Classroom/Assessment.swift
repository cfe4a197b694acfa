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

  /// Creates the assessment of an answer, which is not the stub, as far as its text shows it; nil for an answer that has
  /// to be run.
  ///
  /// A file that declares another exercise's answer is found here, since the compiler may blame the other file.
  package init?(_ exercise: Exercise, ofText text: String) {
    let path = Workspace.path(of: exercise)
    if let other = exercise.redeclared(in: text).first {
      self.init(
        exercise, .doesNotCompile,
        Finding(
          "redeclares",
          observation:
            "\(path) declares \(other.typeName), which is the answer in \(Workspace.path(of: other)).",
          likelyCause: "Two types of one name do not compile: give yours another name, or make it private."))
    } else if exercise.isUnsolved(in: text) {
      self.init(exercise, .begun)
    } else if let finding = Finding(banned: text, of: exercise) {
      self.init(exercise, .wrong, finding)
    } else {
      return nil
    }
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
        status.rawValue.replacing(" ", with: "-"), observation: reason, likelyCause: remedy))
  }
}
