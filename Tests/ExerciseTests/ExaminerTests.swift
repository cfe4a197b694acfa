import Attempts
import ExerciseKit
import TestSupport
import Testing
import Weaver

/// The program behind `qat check`, run as the command runs it.
@Suite(.serialized) struct ExaminerTests {
  @Test func anUnknownExerciseIsAnsweredWithTheKnownOnes() throws {
    let run = try Executables.builtWithTests.run("examiner", ["99.9"], in: Checkout.root)
    #expect(run.status == 2)
    for attempt in Attempt.all { #expect(run.output.contains(attempt.exercise.id)) }
  }

  @Test(arguments: Exercise.all) func everyExerciseIsReportedInOneOfThreeWays(_ exercise: Exercise) throws {
    let run = try Executables.builtWithTests.run("examiner", [exercise.id], in: Checkout.root)
    let isBegun = Attempt.isBegun(exercise)
    #expect(run.output.contains(exercise.title))
    #expect(run.output.hasPrefix("○") == !isBegun)
    #expect((run.status == 0) == run.output.hasPrefix("✓"))
  }
}
