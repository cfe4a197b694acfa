import ExerciseKit
import Foundation

/// The answers of some students, run side by side: as many at a time as the machine has cores, up to four.
///
/// A worker takes a student's answers, or a part of them where there are fewer students than cores. What an answer may
/// compute is counted in its own time, so that it does not matter what runs beside it. An answer that takes its whole
/// time keeps one core; the others go on, with the answers of whichever student is next.
package final class AnswerQueue: Sendable {
  /// The answers of a student that are to be run, and the program that runs them.
  package struct Student: Sendable {
    let runner: AnswerRunner
    let exercises: [Exercise]

    /// Creates a student with some answers.
    package init(runner: AnswerRunner, exercises: [Exercise]) {
      (self.runner, self.exercises) = (runner, exercises)
    }
  }

  private struct State {
    /// How many parts, in order, were taken by a worker.
    var taken = 0
    /// The assessments of each student so far.
    var assessments: [[Assessment]]
    /// What went wrong first; nothing is taken any more.
    var failure: (any Error)?
  }

  private let students: [Student]
  /// What a worker takes at once: some answers of a student.
  private let parts: [(student: Int, exercises: [Exercise])]
  private let isDone: @Sendable (Int, [Assessment]) throws -> Void
  private let lock = NSLock()
  // Only what holds the lock touches it.
  nonisolated(unsafe) private var state: State

  /// Creates the queue; `isDone` gets the number of a student, and the assessments as soon as all of them are there.
  private init(
    _ students: [Student], workers: Int, isDone: @escaping @Sendable (Int, [Assessment]) throws -> Void
  ) {
    (self.students, self.isDone) = (students, isDone)
    let some = max(1, students.count { !$0.exercises.isEmpty })
    let each = (workers + some - 1) / some
    parts = students.enumerated().flatMap { number, student in
      let (exercises, size) = (student.exercises, (student.exercises.count + each - 1) / each)
      return stride(from: 0, to: exercises.count, by: max(1, size)).map {
        (number, Array(exercises[$0..<min(exercises.count, $0 + size)]))
      }
    }
    state = State(assessments: students.map { _ in [] })
  }

  /// Runs the answers of some students, and waits for them.
  ///
  /// - Parameters:
  ///   - students: The students; one without answers is done at once.
  ///   - isDone: Gets the number of a student, and the assessments as soon as all of them are there; it may be called
  ///     on any thread.
  /// - Throws: as `AnswerRunner.assess` does, and what `isDone` throws.
  package static func run(
    _ students: [Student], isDone: @escaping @Sendable (Int, [Assessment]) throws -> Void
  ) throws {
    let workers = min(4, ProcessInfo.processInfo.activeProcessorCount)
    let queue = AnswerQueue(students, workers: workers, isDone: isDone)
    for (number, student) in students.enumerated() where student.exercises.isEmpty { try isDone(number, []) }
    DispatchQueue.concurrentPerform(iterations: min(workers, queue.parts.count)) { _ in queue.work() }
    if let failure = queue.state.failure { throw failure }
  }

  /// Takes one part after the other, until there is none.
  private func work() {
    while let (student, exercises) = next() {
      do {
        let assessments = try students[student].runner.assess(exercises)
        let all: [Assessment]? = lock.withLock {
          state.assessments[student] += assessments
          let isLast = state.assessments[student].count == students[student].exercises.count
          return isLast ? state.assessments[student] : nil
        }
        if let all { try isDone(student, all) }
      } catch {
        lock.withLock { state.failure = state.failure ?? error }
      }
    }
  }

  private func next() -> (student: Int, exercises: [Exercise])? {
    lock.withLock {
      guard state.failure == nil, state.taken < parts.count else { return nil }
      state.taken += 1
      return parts[state.taken - 1]
    }
  }
}
