import ExerciseKit
import Foundation
import Support

/// Grades submissions: puts students' answers into a pristine copy of the package, builds them, and asks them.
///
/// Only the files `Ex*.swift` of a submission are used, so that editing a test or a check helps nobody. The copy is
/// built once; after that the answers of several students are built together, each student's in a slot. What does not
/// build there is halved, and in the end built alone, so that what is told does not depend on the others.
package struct Grader: Sendable {
  /// How many seconds an answer may compute.
  package var seconds = 5
  /// How many seconds the build of one student's answers may take.
  package var buildSeconds = 300
  /// Whether students are graded anew who were graded before.
  package var isFresh = false
  private let tree: GradingTree
  private var builder: AnswerBuilder
  /// Why the compiler runs with its limits alone; nil if it runs behind the walls of bubblewrap.
  package private(set) var compilerObstacle = Bubblewrap.obstacle

  /// Creates a grader with the workspace whose checks count, and the folder of the copy, which is made if missing.
  ///
  /// The copy is the grader's alone as long as it lives; `whenBusy` is called before another one is waited for. The
  /// answers of `studentsAtOnce` are built at once: more take more memory, and a longer first build.
  ///
  /// - Throws: `ClassroomError` if the folder is refused, see `CopyFolder`, or `FileError`.
  package init(
    _ origin: Workspace, copy: String, studentsAtOnce: Int = GradingTree.usualStudentsAtOnce,
    whenBusy: () -> Void = {}
  ) throws {
    let folder = try CopyFolder(copy, of: origin, for: .grading, whenBusy: whenBusy)
    tree = GradingTree(origin, copy: folder, studentsAtOnce: studentsAtOnce)
    builder = AnswerBuilder(tree.workspace)
  }

  /// Brings the copy up to date and builds it, with stubs for answers.
  ///
  /// The compiler runs behind the walls of bubblewrap if these stubs can be built there, and with its limits alone
  /// where not.
  ///
  /// - Throws: `ClassroomError` if it does not build, or an error of the file system.
  package mutating func prepare() throws {
    try tree.clear()
    if compilerObstacle == nil, Bubblewrap.toolchain == nil {
      compilerObstacle = "its toolchain was not found"
    }
    if compilerObstacle == nil {
      builder.walls = .bubblewrap
      let build = try builder.build()
      if build == .built { return }
      builder.walls = .limits
      if case .failed(let output) = build {
        let lines = output.split(separator: "\n")
        let said = lines.last { $0.contains("error") } ?? lines.last ?? "nothing"
        compilerObstacle = "there it says: \(said.printable.prefix(300))"
      }
    }
    switch try builder.build() {
    case .built: return
    case .doesNotCompile(let diagnostics):
      throw ClassroomError(
        "a stub does not compile: \(diagnostics[0].summary); mend it in \(Workspace.stubs)")
    case .failed(let output):
      throw ClassroomError(
        "the copy in \(tree.workspace.root) does not build; delete it and try again\n\(output)")
    case .tookTooLong:
      throw ClassroomError("the copy in \(tree.workspace.root) took more than an hour to build; try again")
    case .tookTooMuch(let what):
      throw ClassroomError(
        "the build of the copy in \(tree.workspace.root) was ended, since it took \(what); try again")
    }
  }

  /// What became of a submission.
  package struct Result: Sendable {
    /// Its grade.
    package let grade: Grade
    /// Whether it was graded in an earlier run.
    package let isKept: Bool
  }

  /// Grades students; everything wrong with the answers ends up in the grade.
  ///
  /// Each grade is kept at once, and found again in a later run, unless the submission, the checks or the limits have
  /// changed.
  ///
  /// - Parameters:
  ///   - submissions: How many there are.
  ///   - submission: Reads one of them.
  ///   - each: Gets the results in order, some at a time.
  /// - Throws: `ClassroomError` or an error of the file system if the copy cannot be written or run, and what
  ///   `submission` and `each` throw.
  package func grade(
    _ submissions: Int, _ submission: (Int) throws -> Submission, each: ([Result]) throws -> Void
  ) throws {
    let conditions = "\(seconds) \(buildSeconds) \(Confinement.answer(seconds: 1).walls) \(builder.walls)"
    let store = try GradeStore(
      "\(tree.workspace.root)/Grades", fingerprint: tree.fingerprint(), conditions: conditions)
    let pipeline = GradingPipeline(tree, builder, seconds: seconds, buildSeconds: buildSeconds, store)
    // Whatever happens, no answer runs on when this returns.
    defer { pipeline.wait() }
    var waiting: [Waiting] = []
    var before: [Waiting] = []
    /// Waits for the students before, and tells their grades.
    func tell() throws {
      let entries = try pipeline.entries()
      var new = entries.makeIterator()
      let results = before.compactMap { submission, kept in
        (kept ?? new.next()).map { Result(grade: Grade(submission, $0), isKept: kept != nil) }
      }
      before = []
      if !results.isEmpty { try each(results) }
    }
    for index in 0..<submissions {
      let submission = try submission(index)
      waiting.append((submission, isFresh ? nil : store[submission]))
      let isFull = waiting.count(where: { $0.kept == nil }) == tree.studentsAtOnce
      guard isFull || index == submissions - 1 else { continue }
      // While these are built, the answers of the students before are asked.
      let round = try pipeline.build(waiting.filter { $0.kept == nil }.map(\.submission))
      try tell()
      try pipeline.ask(round)
      before = waiting
      waiting = []
    }
    try tell()
  }

  private typealias Waiting = (submission: Submission, kept: GradeStore.Entry?)

  /// Grades one student.
  ///
  /// - Throws: as the function above.
  package func grade(_ submission: Submission) throws -> Grade {
    var grades: [Grade] = []
    try grade(1) { _ in
      submission
    } each: {
      grades += $0.map(\.grade)
    }
    return grades[0]
  }
}
