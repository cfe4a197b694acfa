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
  /// The copy is the grader's alone as long as it lives; `whenBusy` is called before another one is waited for.
  ///
  /// - Throws: `ClassroomError` if the folder is refused, see `CopyFolder`, or `FileError`.
  package init(_ origin: Workspace, copy: String, whenBusy: () -> Void = {}) throws {
    let folder = try CopyFolder(copy, of: origin, for: .grading, whenBusy: whenBusy)
    tree = GradingTree(origin, copy: folder)
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
        let said = output.split(separator: "\n").last { $0.contains("error") } ?? "nothing"
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
    var waiting: [(submission: Submission, kept: GradeStore.Entry?)] = []
    for index in 0..<submissions {
      let submission = try submission(index)
      waiting.append((submission, isFresh ? nil : store[submission]))
      guard waiting.count(where: { $0.kept == nil }) == GradingTree.slots || index == submissions - 1 else {
        continue
      }
      let new = try grade(waiting.filter { $0.kept == nil }.map(\.submission), into: store)
      var next = new.makeIterator()
      try each(
        waiting.compactMap { submission, kept in
          (kept ?? next.next()).map { Result(grade: Grade(submission, $0), isKept: kept != nil) }
        })
      waiting = []
    }
  }

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

  // MARK: - Some students at a time

  /// Grades as many students as there are slots, or fewer, and keeps each grade as soon as it is known.
  private func grade(_ submissions: [Submission], into store: GradeStore) throws -> [GradeStore.Entry] {
    var admissions = submissions.map(Admission.init)
    let toBuild = admissions.indices.filter { admissions[$0].needsBuild }
    let alone = Set(toBuild.count < 2 ? toBuild : try admit(toBuild, admissions, seconds: buildSeconds))
    var entries: [Int: GradeStore.Entry] = [:]
    // Those in slots first: a build for one alone leaves their examiners as they are.
    for index in admissions.indices.filter({ !alone.contains($0) }) + alone.sorted() {
      if alone.contains(index) {
        try admissions[index].build(in: tree, by: builder, seconds: buildSeconds)
      }
      let examiner = alone.contains(index) ? builder.examiner : builder.examiner(ofSlot: index + 1)
      let entry = try assess(submissions[index], admissions[index], AnswerRunner(examiner, seconds: seconds))
      try store.keep(entry, of: submissions[index])
      entries[index] = entry
    }
    return admissions.indices.compactMap { entries[$0] }
  }

  /// Builds the answers of some students, each in the slot behind its number.
  ///
  /// - Returns: Those that do not build there.
  private func admit(_ members: [Int], _ admissions: [Admission], seconds: Int) throws -> [Int] {
    for member in members { try tree.put(admissions[member].answers, slot: member + 1) }
    // Together they take hardly longer than one. Who needs more time gets it alone.
    guard let output = try builder.buildAll(seconds: min(seconds, 15 + 3 * members.count)) else { return [] }
    let slots = GradingTree.slots(in: output)
    var broken = members.filter { slots.contains($0 + 1) }
    if members.count == 1 { broken = members }
    for member in broken.isEmpty ? members : broken { try tree.put([:], slot: member + 1) }
    if !broken.isEmpty {
      let others = members.filter { !broken.contains($0) }
      return broken + (others.isEmpty ? [] : try admit(others, admissions, seconds: seconds))
    }
    let (first, second) = (members.prefix(members.count / 2), members.dropFirst(members.count / 2))
    return try admit(Array(first), admissions, seconds: seconds)
      + admit(Array(second), admissions, seconds: seconds)
  }

  /// Runs the answers that were built.
  private func assess(
    _ submission: Submission, _ admission: Admission, _ runner: AnswerRunner
  ) throws -> GradeStore.Entry {
    var known = submission.problems.merging(admission.refused) { problem, _ in problem }
    var toRun: [Exercise] = []
    for exercise in Exercise.all where known[exercise] == nil {
      switch admission.answers[exercise] {
      case nil: known[exercise] = Assessment(exercise, .notBegun)
      case let text? where exercise.isUnsolved(in: text): known[exercise] = Assessment(exercise, .begun)
      default: toRun.append(exercise)
      }
    }
    for assessment in try runner.assess(toRun) { known[assessment.exercise] = assessment }
    let assessments = Exercise.all.compactMap { known[$0] }
    return GradeStore.Entry(
      lines: assessments.map(Grade.Line.init), remarks: admission.remarks,
      walls: assessments.map(\.walls).min() ?? .bubblewrap, compilerWalls: builder.walls)
  }
}
