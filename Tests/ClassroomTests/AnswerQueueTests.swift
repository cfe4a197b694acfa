import Classroom
import ExerciseKit
import Foundation
import Testing

@Suite struct AnswerQueueTests {
  /// What was told of each student.
  private final class Told: Sendable {
    private let lock = NSLock()
    nonisolated(unsafe) private var assessments: [Int: [[Assessment]]] = [:]

    func tell(_ student: Int, _ all: [Assessment]) {
      lock.withLock { assessments[student, default: []].append(all) }
    }

    subscript(_ student: Int) -> [[Assessment]] { lock.withLock { assessments[student] ?? [] } }
  }

  @Test func `each student is told once, with an assessment of each answer and of no other`() throws {
    // A program that answers nothing stands for answers that leave the program.
    let numbers = [0, 1, 5, 0, 3]
    let runner = AnswerRunner("/bin/true", seconds: 1)
    let told = Told()
    try AnswerQueue.run(
      numbers.map { AnswerQueue.Student(runner: runner, exercises: Array(Exercise.all.prefix($0))) }
    ) { student, assessments in told.tell(student, assessments) }
    for (student, number) in numbers.enumerated() {
      try #require(told[student].count == 1)
      let assessments = told[student][0]
      #expect(assessments.map(\.exercise.id).sorted() == Exercise.all.prefix(number).map(\.id))
      #expect(assessments.allSatisfy { $0.status == .crashed && $0.finding?.id == "left" })
    }
    #expect(told[numbers.count].isEmpty)
  }

  @Test func `what goes wrong with an answer is thrown, and nothing is told of that student`()
    throws
  {
    let missing = AnswerRunner("/nowhere/at/all", seconds: 1)
    let told = Told()
    #expect(throws: ClassroomError.self) {
      try AnswerQueue.run([AnswerQueue.Student(runner: missing, exercises: [.scale, .sqnr])]) {
        told.tell($0, $1)
      }
    }
    #expect(told[0].isEmpty)
    #expect(throws: CancellationError.self) {
      try AnswerQueue.run([AnswerQueue.Student(runner: missing, exercises: [])]) { _, _ in
        throw CancellationError()
      }
    }
  }
}
