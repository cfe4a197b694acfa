import Charting
import ExerciseChecks
import ExerciseKit
import Support

/// Checks the answers of a workspace; it stores nothing but pictures.
package struct ExerciseChecker: Sendable {
  /// The workspace.
  package let workspace: Workspace
  /// Called before another process that checks the same answers is waited for.
  private let whenBusy: @Sendable () -> Void
  private let builder: AnswerBuilder

  /// Creates a checker for a workspace; answers are built beside `executable`, this program's path, if possible.
  package init(_ workspace: Workspace, executable: String, whenBusy: @escaping @Sendable () -> Void = {}) {
    (self.workspace, self.whenBusy) = (workspace, whenBusy)
    builder = AnswerBuilder(workspace, beside: executable)
  }

  /// Checks answers: if any of them has to be run, all are built at once, and then asked in turn.
  ///
  /// - Throws: `ClassroomError` if the rest of the package does not build, or an error of the file system.
  package func assess(_ exercises: [Exercise]) throws -> [Assessment] {
    let known = try exercises.map { ($0, try workspace.assessment(of: $0)) }
    guard known.contains(where: { $0.1 == nil }) else { return known.compactMap(\.1) }
    // Until the last answer has run: a build by another process would put another program in its place.
    try AtomicFile.createFolder(builder.scratch)
    let lock = try FileLock("\(builder.scratch)/qat.lock", whenBusy: whenBusy)
    defer { withExtendedLifetime(lock) {} }
    let build = try builder.build()
    var asked: IndexingIterator<[Assessment]>?
    if build == .built {
      let unknown = known.filter { $0.1 == nil }.map(\.0)
      asked = try AnswerRunner(builder.examiner).assess(unknown).makeIterator()
    }
    return try known.compactMap { exercise, assessment in
      if let assessment { return assessment }
      switch build {
      case .built: return asked?.next()
      case .doesNotCompile(let diagnostics): return notCompiled(exercise, charged(diagnostics))
      case .failed(let output):
        throw ClassroomError("the package does not build, for a reason outside of the exercises:\n\(output)")
      case .tookTooLong: throw ClassroomError("the build took more than an hour; try again")
      case .tookTooMuch(let what):
        throw ClassroomError(
          "the build was ended, since it took \(what); put back what you changed last: swift run qat reset")
      }
    }
  }

  /// The errors, without those that other files have because one declares their answers' types as well.
  private func charged(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    var redeclared: [(by: Exercise, of: Exercise)] = []
    for exercise in Exercise.all {
      guard case .text(let text) = workspace.answer(to: exercise) else { continue }
      redeclared += exercise.redeclared(in: text).map { (exercise, $0) }
    }
    let others = diagnostics.filter { diagnostic in
      !redeclared.contains {
        $0.by.typeName != diagnostic.typeName && diagnostic.message.contains("'\($0.of.typeName)'")
      }
    }
    // The files that are to blame come first, whether the compiler names them or not.
    let blamed = redeclared.map { Diagnostic(typeName: $0.by.typeName, line: 1, message: "", excerpt: []) }
    return blamed + others
  }

  /// The assessment of an exercise after compile errors, in its own file or in another.
  private func notCompiled(_ exercise: Exercise, _ diagnostics: [Diagnostic]) -> Assessment {
    let own = diagnostics.filter { $0.typeName == exercise.typeName }
    if let first = own.first {
      let finding = Finding(
        "does-not-compile", observation: ([first.summary] + first.excerpt).joined(separator: "\n"),
        likelyCause: first.remedy
          ?? (own.count > 1
            ? "There are \(own.count) errors; begin with this one." : "It is the only error."))
      return Assessment(exercise, .doesNotCompile, finding)
    }
    let others = Exercise.all.filter { other in diagnostics.contains { $0.typeName == other.typeName } }
    let names = others.map { Workspace.path(of: $0) }.joined(separator: ", ")
    let finding = Finding(
      "not-checked", observation: "All answers are built together, and \(names) does not compile.",
      likelyCause: "Mend it, or put its stub back: swift run qat reset "
        + "\(others.first?.id ?? exercise.id) keeps what you wrote.")
    return Assessment(exercise, .notChecked, finding)
  }

  /// Draws the picture of a finding, if it has one.
  ///
  /// - Returns: The picture's path from the root.
  /// - Throws: `FileError` or `ChartError` if it cannot be written.
  package func draw(_ assessment: Assessment) throws -> String? {
    guard let finding = assessment.finding, let figure = finding.figure else { return nil }
    let path = "\(Workspace.keptAnswers)/\(assessment.exercise.id)-\(finding.id).png"
    try AtomicFile.createFolder("\(workspace.root)/\(Workspace.keptAnswers)")
    try figure.write(png: "\(workspace.root)/\(path)")
    return path
  }
}
