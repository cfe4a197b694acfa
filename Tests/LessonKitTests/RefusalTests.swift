import LessonKit
import Testing

@Suite struct RefusalTests {
  @Test func theMessageIsWhatFollowsTheFirstFatalError() {
    let said = """
      epoch 1/2  loss 0.5
      Layers/Layer.swift:113: Fatal error: hidden was built for [5]: reshape the inputs
      Layers/Layer.swift:114: Fatal error: a second one
      """
    #expect(Rehearsal.message(in: said) == "hidden was built for [5]: reshape the inputs")
  }

  @Test func aProcessThatStoppedWithoutOneSaidNothing() {
    #expect(Rehearsal.message(in: "") == nil)
    #expect(Rehearsal.message(in: "error: --data: there is no such folder\n") == nil)
  }
}
