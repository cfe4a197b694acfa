import Charting
import ExerciseKit
import Support

/// A student's place: checks the attempts of a workspace as they stand, and stores nothing but pictures.
package struct ExerciseChecker: Sendable {
  /// The workspace.
  package let workspace: Workspace
  private let workshop: AnswerBuilder

  /// Sits down at a workspace; `executable` is this program's path, beside which answers are built if that is possible.
  package init(_ workspace: Workspace, executable: String) {
    self.workspace = workspace
    workshop = AnswerBuilder(workspace, beside: executable)
  }

  /// Checks some attempts: those that were begun are built, all at once, and run one by one.
  ///
  /// - Throws: `ClassroomError` if what is not the student's does not build, or what the file system says.
  package func assess(_ exercises: [Exercise]) throws -> [Assessment] {
    let standings = try exercises.map { ($0, try workspace.status(of: $0)) }
    guard standings.contains(where: { $0.1 == nil }) else {
      return standings.compactMap { exercise, status in status.map { Assessment(exercise, $0) } }
    }
    let build = try workshop.build()
    return try standings.map { exercise, status in
      if let status { return Assessment(exercise, status) }
      switch build {
      case .built: return try AnswerRunner(workshop.examiner).assess(exercise)
      case .refused(let diagnostics): return refused(exercise, diagnostics)
      case .failed(let output):
        throw ClassroomError("the package does not build, for a reason outside of the exercises:\n\(output)")
      case .tookTooLong: throw ClassroomError("the build took more than an hour; try again")
      }
    }
  }

  /// What a build that failed means for one exercise: its own file is at fault, or another's.
  private func refused(_ exercise: Exercise, _ diagnostics: [Diagnostic]) -> Assessment {
    let own = diagnostics.filter { $0.typeName == exercise.typeName }
    if let first = own.first {
      let finding = Finding(
        "does-not-compile", observation: ([first.summary] + first.excerpt).joined(separator: "\n"),
        likelyCause: own.count > 1
          ? "There are \(own.count) errors; begin with this one." : "It is the only error.",
        section: exercise.section)
      return Assessment(exercise, .doesNotCompile, finding)
    }
    let others = Exercise.all.filter { other in diagnostics.contains { $0.typeName == other.typeName } }
    let names = others.map { Workspace.path(of: $0) }.joined(separator: ", ")
    let finding = Finding(
      "not-checked", observation: "All answers are built together, and \(names) does not compile.",
      likelyCause: "Mend it, or put its stub back: swift run qat reset "
        + "\(others.first?.id ?? exercise.id) keeps what you wrote.",
      section: exercise.section)
    return Assessment(exercise, .notChecked, finding)
  }

  /// Draws the picture of a finding, if it has one, and gives its path from the root.
  ///
  /// - Throws: `FileError` or `ChartError` if it cannot be written.
  package func draw(_ assessment: Assessment) throws -> String? {
    guard let finding = assessment.finding, let figure = finding.figure else { return nil }
    let path = "\(Workspace.attempts)/\(assessment.exercise.id)-\(finding.id).png"
    try AtomicFile.createFolder("\(workspace.root)/\(Workspace.attempts)")
    try figure.write(png: "\(workspace.root)/\(path)")
    return path
  }
}
