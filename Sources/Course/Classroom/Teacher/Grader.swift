import ExerciseKit
import Foundation

/// Grades what students handed in: puts their answers into a pristine copy of the package, and runs its checks.
///
/// Nothing of theirs is used but the files `Ex*.swift`, so that a test or a check that they edited helps nobody. The
/// copy is built once; after that each student costs a build of the exercises alone.
package struct Grader: Sendable {
  /// How many seconds an answer may compute.
  package var seconds = 5
  /// How many seconds the build of one student's answers may take.
  package var buildSeconds = 300
  private let handout: Handout
  private let origin: Workspace
  private let workshop: AnswerBuilder

  /// Chooses the workspace whose checks count, and the folder of the copy, which is made if it is missing.
  package init(_ origin: Workspace, tree: String) {
    self.origin = origin
    handout = Handout(of: origin)
    workshop = AnswerBuilder(Workspace(root: tree))
  }

  /// Brings the copy up to date and builds it, with stubs for answers.
  ///
  /// - Throws: `ClassroomError` if it does not build, or what the file system says.
  package func prepare() throws {
    try put([:])
    switch try workshop.build() {
    case .built: return
    case .refused(let diagnostics):
      throw ClassroomError(
        "a stub does not compile: \(diagnostics[0].summary); mend it in \(Workspace.stubs)")
    case .failed(let output):
      throw ClassroomError(
        "the copy in \(workshop.workspace.root) does not build; delete it and try again\n\(output)")
    case .tookTooLong:
      throw ClassroomError(
        "the copy in \(workshop.workspace.root) took more than an hour to build; try again")
    }
  }

  /// Grades one student; whatever is wrong with the answers ends up in the grade.
  ///
  /// - Throws: `ClassroomError` or what the file system says, if the copy cannot be written or run.
  package func grade(_ handIn: Submission) throws -> Grade {
    var remarks = handIn.remarks
    let refused = try admit(handIn.answers, remarks: &remarks)
    let judge = AnswerRunner(workshop.examiner, seconds: seconds)
    let assessments = try Exercise.all.map { exercise in
      if let assessment = refused[exercise] { return assessment }
      guard let text = handIn.answers[exercise] else { return Assessment(exercise, .notBegun) }
      return exercise.isUnsolved(in: text) ? Assessment(exercise, .begun) : try judge.assess(exercise)
    }
    return Grade(handIn.student, assessments, remarks: remarks)
  }

  // MARK: - Building

  private func put(_ answers: [Exercise: String]) throws {
    _ = try handout.update(workshop.workspace.root, answers: answers)
  }

  /// Builds the copy with as many of the answers as compile; gives the assessments of the others.
  private func admit(
    _ answers: [Exercise: String], remarks: inout [String]
  ) throws -> [Exercise: Assessment] {
    var (left, refused) = (answers, [Exercise: Assessment]())
    while true {
      try put(left)
      switch try workshop.build(seconds: buildSeconds) {
      case .built: return refused
      case .refused(let diagnostics):
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

  /// For answers that do not go together, or hold the compiler up: each that builds with those before it is admitted.
  private func admitOneByOne(
    _ answers: [Exercise: String], _ refused: [Exercise: Assessment], remarks: inout [String]
  ) throws -> [Exercise: Assessment] {
    remarks.append(
      "the answers could not be built together within \(buildSeconds) s, so they were tried in turn")
    var (kept, refused) = ([Exercise: String](), refused)
    for exercise in Exercise.all {
      guard let text = answers[exercise] else { continue }
      try put(kept.merging([exercise: text]) { $1 })
      switch try workshop.build(seconds: buildSeconds) {
      case .built: kept[exercise] = text
      case .refused(let diagnostics):
        refused[exercise] = Assessment(exercise, .doesNotCompile, finding(exercise, diagnostics))
      case .failed:
        refused[exercise] = Assessment(exercise, .doesNotCompile)
      case .tookTooLong:
        refused[exercise] = Assessment(exercise, .notChecked)
      }
    }
    try put(kept)
    guard case .built = try workshop.build() else {
      throw ClassroomError(
        "the copy in \(workshop.workspace.root) does not build any more; delete it and try again")
    }
    return refused
  }

  private func finding(_ exercise: Exercise, _ diagnostics: [Diagnostic]) -> Finding? {
    Finding(diagnostics.filter { $0.typeName == exercise.typeName }, for: exercise)
  }
}
