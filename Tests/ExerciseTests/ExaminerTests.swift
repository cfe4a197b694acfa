import ExerciseKit
import TestSupport
import Testing
import Weaver

@testable import examiner

/// The program behind `qat check`, called by hand.
@Suite struct ExaminerTests {
  @Test func anUnknownExerciseIsAnsweredWithTheKnownOnes() throws {
    let run = try Executables.builtWithTests.run("examiner", ["99.9"], in: Checkout.root)
    #expect(run.status == 2)
    for attempt in StudentAnswer.all { #expect(run.output.contains(attempt.exercise.id)) }
    #expect(run.output.contains("swift run qat check"))
  }
}
