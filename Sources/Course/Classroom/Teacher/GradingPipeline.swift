import ExerciseKit
import Foundation
import Support

/// Grades as many students at a time as are built at once: builds some while the answers of those before are asked.
///
/// Two groups take turns with the slots of a `GradingTree`, so that no build touches an examiner that runs.
final class GradingPipeline {
  /// Students whose answers were built.
  struct Round {
    fileprivate let submissions: [Submission]
    fileprivate var admissions: [Admission]
    /// The slot of each; none for those who are built alone.
    fileprivate var slots: [Int: Int] = [:]
  }

  private let tree: GradingTree
  private let builder: AnswerBuilder
  private let seconds: Int
  private let buildSeconds: Int
  private let store: GradeStore
  /// The first slot of the next group.
  private var firstSlot = 1
  /// The slots whose examiners may run.
  private var running: Set<Int> = []
  /// Whether the slots that are not in use have stubs, or answers that were built.
  private var isTidy = false
  private let asking = DispatchGroup()
  private var asked = Outcome(count: 0)

  /// Creates the pipeline of a tree; grades are kept in `store` as soon as they are known.
  init(
    _ tree: GradingTree, _ builder: AnswerBuilder, seconds: Int, buildSeconds: Int, _ store: GradeStore
  ) {
    (self.tree, self.builder, self.store) = (tree, builder, store)
    (self.seconds, self.buildSeconds) = (seconds, buildSeconds)
  }

  /// Waits until no answer runs.
  func wait() { asking.wait() }

  /// Waits for the answers that are asked, and gives the students' grades in their order.
  ///
  /// - Throws: what went wrong with one of them.
  func entries() throws -> [GradeStore.Entry] {
    wait()
    defer { asked = Outcome(count: 0) }
    return try asked.entries()
  }

  // MARK: - Asking

  /// Asks the answers of some students: those in slots beside what follows, those who are built alone at once, in turn.
  ///
  /// - Throws: `ClassroomError` if the tree does not build without the answers, or an error of the file system.
  func ask(_ round: Round) throws {
    wait()
    let outcome = Outcome(count: round.submissions.count)
    asked = outcome
    running = Set(round.slots.values)
    let (seconds, walls, store) = (seconds, builder.walls, store)
    let inSlots = round.slots.keys.sorted()
    let students = inSlots.map { index in
      Asked(
        round.submissions[index], round.admissions[index],
        AnswerRunner(builder.examiner(ofSlot: round.slots[index] ?? 0), seconds: seconds))
    }
    DispatchQueue.global().async(group: asking) {
      outcome.note {
        try Asked.all(students, compilerWalls: walls) { number, entry in
          try store.keep(entry, of: students[number].submission)
          outcome[inSlots[number]] = entry
        }
      }
    }
    for index in round.submissions.indices where round.slots[index] == nil {
      var admission = round.admissions[index]
      if admission.needsBuild { try admission.build(in: tree, by: builder, seconds: buildSeconds) }
      let student = Asked(
        round.submissions[index], admission, AnswerRunner(builder.examiner, seconds: seconds))
      try Asked.all([student], compilerWalls: walls) { _, entry in
        try store.keep(entry, of: student.submission)
        outcome[index] = entry
      }
    }
  }

  // MARK: - Building

  /// Builds the answers of some students, each in a slot, and refuses what does not compile there.
  ///
  /// - Throws: `ClassroomError` if the tree does not build without the answers, or an error of the file system.
  func build(_ submissions: [Submission]) throws -> Round {
    var round = Round(submissions: submissions, admissions: submissions.map(Admission.init))
    let toBuild = round.admissions.indices.filter { round.admissions[$0].needsBuild }
    guard toBuild.count > 1 else { return round }
    for index in toBuild { round.slots[index] = firstSlot + index }
    firstSlot = firstSlot == 1 ? 1 + tree.studentsAtOnce : 1
    try admit(toBuild, &round)
    return round
  }

  /// Builds the answers of some students, and takes the slot from those who have to be built alone.
  private func admit(_ some: [Int], _ round: inout Round) throws {
    var members = some.filter { round.slots[$0] != nil }
    while !members.isEmpty {
      for member in members {
        if let slot = round.slots[member] { try tree.put(round.admissions[member].answers, slot: slot) }
      }
      // Together they take hardly longer than one. Who needs more time gets it alone.
      guard let failure = try builder.buildAll(seconds: min(buildSeconds, 30 + 5 * members.count)) else {
        return
      }
      let wasTidy = isTidy
      if try sort(out: failure, &members, &round) || isTidy != wasTidy { continue }
      if members.count == 1 { return try remove(members, from: &round) }
      // Nobody is named: the half that is not there cannot be the reason.
      let halves = [members.prefix(members.count / 2), members.dropFirst(members.count / 2)].map(Array.init)
      for member in halves[1] { try empty(slotOf: member, round) }
      try admit(halves[0], &round)
      return try admit(halves[1], &round)
    }
  }

  /// Refuses the answers in which the compiler found errors, and takes the slot from those whose build fails otherwise.
  ///
  /// - Returns: False if the failure names nobody.
  private func sort(
    out failure: (output: String, isWhole: Bool), _ members: inout [Int], _ round: inout Round
  ) throws -> Bool {
    let compiled = GradingTree.slots(in: failure.output)
    let named = compiled.union(GradingTree.unlinkedSlots(in: failure.output))
    if named.isEmpty || !named.isSubset(of: round.slots.values) { try tidy(round) }
    guard !named.isEmpty else { return false }
    var alone: [Int] = []
    for member in members {
      guard let slot = round.slots[member], named.contains(slot) else { continue }
      // What was said is all there is to say only if the build came to its end.
      let diagnostics =
        failure.isWhole && compiled.contains(slot) ? Diagnostic.all(in: failure.output, slot: slot) : []
      if !round.admissions[member].refuse(diagnostics, seconds: buildSeconds) { alone.append(member) }
    }
    // A slot that is named and nobody's has what an interrupted run left.
    let taken = Set(round.slots.values)
    for slot in named where !taken.contains(slot) && slot <= tree.slots {
      try tree.put([:], slot: slot)
    }
    try remove(alone, from: &round)
    members.removeAll { alone.contains($0) }
    return true
  }

  /// Puts stubs where an interrupted run may have left what does not build.
  private func tidy(_ round: Round) throws {
    guard !isTidy else { return }
    isTidy = true
    let used = running.union(round.slots.values)
    for slot in 1...tree.slots where !used.contains(slot) { try tree.put([:], slot: slot) }
  }

  private func remove(_ members: [Int], from round: inout Round) throws {
    for member in members {
      try empty(slotOf: member, round)
      round.slots[member] = nil
    }
  }

  private func empty(slotOf member: Int, _ round: Round) throws {
    if let slot = round.slots[member] { try tree.put([:], slot: slot) }
  }
}

/// A student whose answers were built.
private struct Asked: Sendable {
  let submission: Submission
  private let admission: Admission
  private let known: [Exercise: Assessment]
  private let queued: AnswerQueue.Student

  init(_ submission: Submission, _ admission: Admission, _ runner: AnswerRunner) {
    (self.submission, self.admission) = (submission, admission)
    var known = submission.problems.merging(admission.refused) { problem, _ in problem }
    var toRun: [Exercise] = []
    for exercise in Exercise.all where known[exercise] == nil {
      switch admission.answers[exercise] {
      case nil: known[exercise] = Assessment(exercise, .notBegun)
      case let text? where exercise.isUnsolved(in: text): known[exercise] = Assessment(exercise, .begun)
      default: toRun.append(exercise)
      }
    }
    self.known = known
    queued = AnswerQueue.Student(runner: runner, exercises: toRun)
  }

  /// Runs the answers of some students; `isDone` gets the number of each, and the grade.
  static func all(
    _ students: [Asked], compilerWalls: Walls,
    isDone: @escaping @Sendable (Int, GradeStore.Entry) throws -> Void
  ) throws {
    try AnswerQueue.run(students.map(\.queued)) { number, assessments in
      try isDone(number, students[number].entry(assessments, compilerWalls))
    }
  }

  private func entry(_ ran: [Assessment], _ compilerWalls: Walls) -> GradeStore.Entry {
    var known = known
    for assessment in ran { known[assessment.exercise] = assessment }
    let assessments = Exercise.all.compactMap { known[$0] }
    return GradeStore.Entry(
      lines: assessments.map(Grade.Line.init), remarks: admission.remarks,
      walls: assessments.map(\.walls).min() ?? .bubblewrap, compilerWalls: compilerWalls)
  }
}

/// The grades of some students, as they become known on several threads.
private final class Outcome: Sendable {
  private let lock = NSLock()
  // Only what holds the lock touches them.
  nonisolated(unsafe) private var known: [GradeStore.Entry?]
  nonisolated(unsafe) private var failure: (any Error)?

  init(count: Int) { known = Array(repeating: nil, count: count) }

  subscript(_ index: Int) -> GradeStore.Entry? {
    get { lock.withLock { known[index] } }
    set { lock.withLock { known[index] = newValue } }
  }

  /// Does something, and notes if that fails.
  func note(_ work: () throws -> Void) {
    do { try work() } catch { lock.withLock { failure = failure ?? error } }
  }

  /// All grades, in order.
  ///
  /// - Throws: what went wrong first.
  func entries() throws -> [GradeStore.Entry] {
    try lock.withLock {
      if let failure { throw failure }
      let entries = known.compactMap(\.self)
      // One that was left out would give a student the next one's grade.
      require(
        entries.count == known.count, "\(known.count - entries.count) students were asked and have no grade")
      return entries
    }
  }
}
