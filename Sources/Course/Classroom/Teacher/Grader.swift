import ExerciseChecks
import ExerciseKit
import Support

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
  private var builder: AnswerBuilder
  /// Why the compiler runs with its limits alone; nil if it runs behind the walls of bubblewrap.
  package private(set) var compilerObstacle = Bubblewrap.obstacle

  /// Creates a grader with the workspace whose checks count, and the folder of the copy, which is made if missing.
  ///
  /// The copy is the grader's alone as long as it lives; `whenBusy` is called before another one is waited for.
  ///
  /// - Throws: `ClassroomError` if the folder is refused, see `CopyFolder`, or `FileError`.
  package init(_ origin: Workspace, copy: String, whenBusy: () -> Void = {}) throws {
    handout = Handout(of: origin)
    self.copy = try CopyFolder(copy, of: origin, for: .grading, whenBusy: whenBusy)
    builder = AnswerBuilder(Workspace(root: self.copy.path))
  }

  /// Brings the copy up to date and builds it, with stubs for answers.
  ///
  /// The compiler runs behind the walls of bubblewrap if these stubs can be built there, and with its limits alone
  /// where not.
  ///
  /// - Throws: `ClassroomError` if it does not build, or an error of the file system.
  package mutating func prepare() throws {
    try put([:])
    if compilerObstacle == nil, Bubblewrap.toolchain == nil {
      compilerObstacle = "its toolchain was not found"
    }
    if compilerObstacle == nil {
      if let output = try builder.resolve() { throw failure("does not find what it depends on", output) }
      builder.walls = .bubblewrap
      let build = try builder.build()
      if build == .built { return }
      builder.walls = .limits
      if case .failed(let output) = build {
        let said = output.split(separator: "\n").last { $0.contains("error") } ?? "nothing"
        compilerObstacle = "there it says: \(said.printable.prefix(300))"
      }
    }
    switch try builder.build() {
    case .built: return
    case .doesNotCompile(let diagnostics):
      throw ClassroomError(
        "a stub does not compile: \(diagnostics[0].summary); mend it in \(Workspace.stubs)")
    case .failed(let output): throw failure("does not build", output)
    case .tookTooLong:
      throw ClassroomError(
        "the copy in \(builder.workspace.root) took more than an hour to build; try again")
    case .tookTooMuch(let what):
      throw ClassroomError(
        "the build of the copy in \(builder.workspace.root) was ended, since it took \(what); try again")
    }
  }

  private func failure(_ problem: String, _ output: String) -> ClassroomError {
    ClassroomError(
      "the copy in \(builder.workspace.root) \(problem); delete it and try again\n\(output)")
  }

  /// Grades one student; everything wrong with the answers ends up in the grade.
  ///
  /// - Throws: `ClassroomError` or an error of the file system if the copy cannot be written or run.
  package func grade(_ submission: Submission) throws -> Grade {
    let (answers, note) = Self.withoutSourceLocations(submission.answers)
    var admission = Admission(answers, remarks: submission.remarks + note)
    try admit(&admission)
    let runner = AnswerRunner(builder.examiner, seconds: seconds)
    let assessments = try Exercise.all.map { exercise in
      if let assessment = submission.problems[exercise] ?? admission.refused[exercise] { return assessment }
      guard let text = admission.answers[exercise] else { return Assessment(exercise, .notBegun) }
      return exercise.isUnsolved(in: text) ? Assessment(exercise, .begun) : try runner.assess(exercise)
    }
    return Grade(
      submission, assessments, remarks: admission.remarks, compilerWalls: builder.walls)
  }

  /// The answers with each `#sourceLocation`, by which a file puts its errors into another, made a comment.
  private static func withoutSourceLocations(
    _ answers: [Exercise: String]
  ) -> (answers: [Exercise: String], remarks: [String]) {
    let named = Exercise.all.filter { answers[$0]?.contains("#sourceLocation") == true }
    let remarks = named.map { "\($0.typeName).swift: #sourceLocation was left out; it blames other files" }
    return (answers.mapValues { $0.replacing("#sourceLocation", with: "//#sourceLocation") }, remarks)
  }

  // MARK: - Building

  /// A student's answers on their way into the copy.
  private struct Admission {
    /// The answers that were not refused so far.
    var answers: [Exercise: String]
    /// The assessments of the others.
    var refused: [Exercise: Assessment] = [:]
    var remarks: [String]

    init(_ answers: [Exercise: String], remarks: [String]) {
      (self.answers, self.remarks) = (answers, remarks)
    }

    mutating func refuse(_ assessment: Assessment) {
      answers[assessment.exercise] = nil
      refused[assessment.exercise] = assessment
    }
  }

  private func put(_ answers: [Exercise: String]) throws {
    _ = try handout.update(copy, answers: answers)
  }

  /// Builds the copy with all the answers that compile, and refuses the others.
  private func admit(_ admission: inout Admission) throws {
    while true {
      try put(admission.answers)
      let build = try builder.build(seconds: buildSeconds)
      guard build != .built else { return }
      let broken = Exercise.all.filter { exercise in
        admission.answers[exercise] != nil && build.diagnostics.contains { $0.typeName == exercise.typeName }
      }
      if broken.isEmpty {
        admission.remarks.append("\(reason(build)), so they were tried in turn")
        return try admitOneByOne(&admission)
      }
      for exercise in broken { admission.refuse(assessment(exercise, build)) }
    }
  }

  /// Admits each answer that builds together with the ones before it.
  ///
  /// This is for answers that do not compile together, or that take the compiler too long.
  private func admitOneByOne(_ admission: inout Admission) throws {
    let answers = admission.answers
    var kept: [Exercise: String] = [:]
    for exercise in Exercise.all {
      guard let text = answers[exercise] else { continue }
      try put(kept.merging([exercise: text]) { $1 })
      let build = try builder.build(seconds: buildSeconds)
      if build == .built { kept[exercise] = text } else { admission.refuse(assessment(exercise, build)) }
    }
    try put(kept)
    guard case .built = try builder.build() else {
      throw ClassroomError(
        "the copy in \(builder.workspace.root) does not build any more; delete it and try again")
    }
  }

  /// Why answers were not built together.
  private func reason(_ build: AnswerBuilder.Build) -> String {
    switch build {
    case .tookTooLong: "the answers could not be built together within \(buildSeconds) s"
    case .failed(let output) where !LinkError.all(in: output).isEmpty: "the answers do not link together"
    case .tookTooMuch(let what): "building the answers together took \(what)"
    case .built, .doesNotCompile, .failed: "the answers could not be built together"
    }
  }

  /// The assessment of an answer that was refused.
  private func assessment(_ exercise: Exercise, _ build: AnswerBuilder.Build) -> Assessment {
    func finding(_ id: String, _ observation: String, _ cause: String) -> Finding {
      Finding(id, observation: observation, likelyCause: cause, section: exercise.section)
    }
    switch build {
    case .built: stop("an answer that was built is not refused")
    case .tookTooLong:
      return Assessment(
        exercise, .compilesTooLong,
        finding(
          "compiles-too-long", "The compiler had not ended after \(buildSeconds) s.",
          "A long expression without types takes it exponentially long: give each part a name and a type."))
    case .tookTooMuch(let what):
      return Assessment(
        exercise, .doesNotCompile,
        finding(
          "compiles-too-large", "The compiler was ended, since it took \(what).",
          "A long expression or a large literal takes it that much: give each part a name and a type."))
    case .doesNotCompile(let diagnostics):
      let own = Finding(diagnostics.filter { $0.typeName == exercise.typeName }, for: exercise)
      let other = diagnostics.first.map {
        finding(
          "does-not-compile", "With this answer, the compiler says: \($0.summary)",
          "The two files declare the same thing, perhaps: make what only one of them uses private.")
      }
      return Assessment(exercise, .doesNotCompile, own ?? other)
    case .failed(let output):
      let errors = LinkError.all(in: output)
      if !errors.isEmpty {
        return Assessment(
          exercise, .doesNotLink,
          finding(
            "does-not-link", "The linker says: \(errors.prefix(3).joined(separator: "\n"))",
            "A name is declared here and defined nowhere, or defined in another file, too."))
      }
      let last = output.split(separator: "\n").last { $0.contains("error:") } ?? "nothing"
      return Assessment(
        exercise, .doesNotCompile,
        finding(
          "does-not-compile", "The build fails with this answer, and says: \(last.prefix(300))",
          "Without it the others build."))
    }
  }
}
