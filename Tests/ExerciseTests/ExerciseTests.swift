import ExerciseChecks
import ExerciseKit
import Foundation
import TestSupport
import Testing
import Weaver

@testable import examiner

/// The student's answers: those that were begun are checked, the others are skipped.
@Suite struct ExerciseTests {
  private static let waiting = StudentAnswer.all.filter { !$0.isBegun }.map(\.exercise.id)

  @Test(arguments: StudentAnswer.all.filter(\.isBegun))
  func `an answer is right`(_ answer: ObservedAnswer) async throws { try await answer.expectRight() }

  // Cases of a parameterized test cannot be skipped, so this test is, and names the exercises.
  @Test(.disabled(if: !waiting.isEmpty, "Lessons/Exercises waits for: \(waiting.joined(separator: ", "))"))
  func `every exercise was begun`() { #expect(Self.waiting == []) }

  @Test func `every exercise has an answer in the examiner's list`() {
    let missing = Exercise.all.filter { StudentAnswer.of($0.id) == nil }.map(\.id)
    #expect(missing == [], "each needs a line in StudentAnswer.all, in Sources/Tools/examiner")
    #expect(StudentAnswer.all.map(\.exercise.id) == Exercise.all.map(\.id), "in the order of Exercise.all")
  }

  // A student's own work must not turn `swift test` red here, so this is for the project's checks alone.
  @Test(
    .enabled("only where CI is set") { ProcessInfo.processInfo.environment["CI"] != nil },
    arguments: StudentAnswer.all)
  func `the stub of an exercise throws its Todo`(_ answer: ObservedAnswer) throws {
    #expect(!answer.isBegun)
    #expect(throws: Todo(answer.exercise.id)) { _ = try answer.check() }
  }
}

/// The program behind `qat check`, called by hand.
@Suite struct ExaminerTests {
  @Test func `an unknown exercise is answered with the known ones`() throws {
    let run = try Executables.builtWithTests.run("examiner", ["99.9"], in: Checkout.root)
    #expect(run.status == 2)
    for answer in StudentAnswer.all { #expect(run.output.contains(answer.exercise.id)) }
    #expect(run.output.contains("swift run qat check"))
  }
}
