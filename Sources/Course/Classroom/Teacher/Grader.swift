import ExerciseKit
import Foundation

/// Grades submissions: puts a student's answers into a pristine copy of the package, and runs its checks.
///
/// Only the files `Ex*.swift` of a submission are used, so that editing a test or a check helps nobody. The copy is
/// built once; after that each student costs a build of the exercises alone.
package struct Grader: Sendable {
  /// How many seconds an answer may compute.
  package var seconds = 5
  /// How many seconds the build of one student's answers may take.
  package var buildSeconds = 300
  private let handout: Handout
  private let copy: CopyFolder
  private let builder: AnswerBuilder

  /// Creates a grader with the workspace whose checks count, and the folder of the copy, which is made if missing.
  ///
  /// - Throws: `ClassroomError` if the folder is refused, see `CopyFolder`, or `FileError`.
  package init(_ origin: Workspace, copy: String) throws {
    handout = Handout(of: origin)
    self.copy = try CopyFolder(copy, of: origin, for: .grading)
    builder = AnswerBuilder(Workspace(root: self.copy.path))
  }

  /// Brings the copy up to date and builds it, with stubs for answers.
  ///
  /// - Throws: `ClassroomError` if it does not build, or an error of the file system.
  package func prepare() throws {
    try put([:])
    switch try builder.build() {
    case .built: return
    case .doesNotCompile(let diagnostics):
      throw ClassroomError(
        "a stub does not compile: \(diagnostics[0].summary); mend it in \(Workspace.stubs)")
    case .failed(let output):
      throw ClassroomError(
        "the copy in \(builder.workspace.root) does not build; delete it and try again\n\(output)")
    case .tookTooLong:
      throw ClassroomError(
        "the copy in \(builder.workspace.root) took more than an hour to build; try again")
    }
  }

  /// Grades one student; everything wrong with the answers ends up in the grade.
  ///
  /// - Throws: `ClassroomError` or an error of the file system if the copy cannot be written or run.
  package func grade(_ submission: Submission) throws -> Grade {
    var remarks = submission.remarks
    let refused = try admit(submission.answers, remarks: &remarks)
    let runner = AnswerRunner(builder.examiner, seconds: seconds)
    let assessments = try Exercise.all.map { exercise in
      if let assessment = refused[exercise] { return assessment }
      guard let text = submission.answers[exercise] else { return Assessment(exercise, .notBegun) }
      return exercise.isUnsolved(in: text) ? Assessment(exercise, .begun) : try runner.assess(exercise)
    }
    return Grade(submission.student, assessments, remarks: remarks)
  }

  // MARK: - Building

  private func put(_ answers: [Exercise: String]) throws {
    _ = try handout.update(copy, answers: answers)
  }

  /// Builds the copy with all the answers that compile, and gives the assessments of the others.
  private func admit(
    _ answers: [Exercise: String], remarks: inout [String]
  ) throws -> [Exercise: Assessment] {
    var (left, refused) = (answers, [Exercise: Assessment]())
    while true {
      try put(left)
      switch try builder.build(seconds: buildSeconds) {
      case .built: return refused
      case .doesNotCompile(let diagnostics):
        let broken = Exercise.all.filter { exercise in
          left[exercise] != nil && diagnostics.contains { $0.typeName == exercise.typeName }
        }
        if broken.isEmpty { return try admitOneByOne(left, refused, remarks: &remarks) }
        for exercise in broken {
          left[exercise] = nil
          refused[exercise] = Assessment(exercise, .doesNotCompile, finding(exercise, diagnostics))
        }
      case .failed, .tookTooLong: return try admitOneByOne(left, refused, remarks: &remarks)
      }
    }
  }

  /// Admits each answer that builds together with the ones before it.
  ///
  /// This is for answers that do not compile together, or that take the compiler too long.
  private func admitOneByOne(
    _ answers: [Exercise: String], _ refused: [Exercise: Assessment], remarks: inout [String]
  ) throws -> [Exercise: Assessment] {
    remarks.append(
      "the answers could not be built together within \(buildSeconds) s, so they were tried in turn")
    var (kept, refused) = ([Exercise: String](), refused)
    for exercise in Exercise.all {
      guard let text = answers[exercise] else { continue }
      try put(kept.merging([exercise: text]) { $1 })
      switch try builder.build(seconds: buildSeconds) {
      case .built: kept[exercise] = text
      case .doesNotCompile(let diagnostics):
        refused[exercise] = Assessment(exercise, .doesNotCompile, finding(exercise, diagnostics))
      case .failed:
        refused[exercise] = Assessment(exercise, .doesNotCompile)
      case .tookTooLong:
        refused[exercise] = Assessment(exercise, .notChecked)
      }
    }
    try put(kept)
    guard case .built = try builder.build() else {
      throw ClassroomError(
        "the copy in \(builder.workspace.root) does not build any more; delete it and try again")
    }
    return refused
  }

  private func finding(_ exercise: Exercise, _ diagnostics: [Diagnostic]) -> Finding? {
    Finding(diagnostics.filter { $0.typeName == exercise.typeName }, for: exercise)
  }
}
