import Attempts
import ExerciseKit
import TestSupport
import Testing
import Weaver

/// The program behind `qat check`, called by hand.
@Suite struct ExaminerTests {
  @Test func anUnknownExerciseIsAnsweredWithTheKnownOnes() throws {
    let run = try Executables.builtWithTests.run("examiner", ["99.9"], in: Checkout.root)
    #expect(run.status == 2)
    for attempt in Attempt.all { #expect(run.output.contains(attempt.exercise.id)) }
    #expect(run.output.contains("swift run qat check"))
  }
}
