import ExerciseKit
import Foundation

/// The answers of some students, run side by side: as many at a time as the machine has cores, up to four.
///
/// What an answer may compute is counted in its own time, so that it does not matter what runs beside it. An answer
/// that takes its whole time keeps one core; the others go on, with the answers of whichever student is next.
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
    /// How many answers, in order, were taken by a worker.
    var taken = 0
    /// The assessments of each student so far.
    var assessments: [[Assessment]]
    /// What went wrong first; nothing is taken any more.
    var failure: (any Error)?
  }

  private let students: [Student]
  private let answers: [(student: Int, exercise: Exercise)]
  private let isDone: @Sendable (Int, [Assessment]) throws -> Void
  private let lock = NSLock()
  // Only what holds the lock touches it.
  nonisolated(unsafe) private var state: State

  /// Creates the queue; `isDone` gets the number of a student, and the assessments as soon as all of them are there.
  private init(_ students: [Student], isDone: @escaping @Sendable (Int, [Assessment]) throws -> Void) {
    (self.students, self.isDone) = (students, isDone)
    answers = students.enumerated().flatMap { number, student in
      student.exercises.map { (number, $0) }
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
    let queue = AnswerQueue(students, isDone: isDone)
    for (number, student) in students.enumerated() where student.exercises.isEmpty { try isDone(number, []) }
    let workers = min(4, ProcessInfo.processInfo.activeProcessorCount, queue.answers.count)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in queue.work() }
    if let failure = queue.state.failure { throw failure }
  }

  /// Takes one answer after the other, until there is none.
  private func work() {
    while let (student, exercise) = next() {
      do {
        let assessment = try students[student].runner.assess(exercise)
        let all: [Assessment]? = lock.withLock {
          state.assessments[student].append(assessment)
          let isLast = state.assessments[student].count == students[student].exercises.count
          return isLast ? state.assessments[student] : nil
        }
        if let all { try isDone(student, all) }
      } catch {
        lock.withLock { state.failure = state.failure ?? error }
      }
    }
  }

  private func next() -> (student: Int, exercise: Exercise)? {
    lock.withLock {
      guard state.failure == nil, state.taken < answers.count else { return nil }
      state.taken += 1
      return answers[state.taken - 1]
    }
  }
}
