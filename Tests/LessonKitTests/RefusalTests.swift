import LessonKit
import Testing

@Suite struct RefusalTests {
  /// What comes of a program that is told the line 12 and does so.
  private func outcome(of script: String) throws -> RefusalProcess.Outcome {
    try RefusalProcess.outcome(of: "/bin/sh", ["-c", script], stoppingAt: 12)
  }

  @Test func theMessageIsWhatFollowsTheFirstFatalErrorOfTheMistake() {
    let said = """
      Layers/Layer.swift:1: Fatal error: something that the program survived
      epoch 1/2  loss 0.5
      The mistake of line 12:
      Layers/Layer.swift:113: Fatal error: hidden was built for [5]: reshape the inputs
      Layers/Layer.swift:114: Fatal error: a second one
      """
    #expect(
      RefusalProcess.outcome(of: said, stoppingAt: 12)
        == .refused("hidden was built for [5]: reshape the inputs"))
    let last = "Layers/Layer.swift:114: Fatal error: a second one"
    #expect(RefusalProcess.outcome(of: said, stoppingAt: 1) == .stoppedBefore(last))
  }

  @Test func theProgramIsToldTheLineAndItsMistakeIsHeard() throws {
    let marker = #"echo "The mistake of line $QAT_REFUSAL_AT_LINE:" >&2; "#
    let mistake = #"echo "x.swift:1: Fatal error: no" >&2; kill -ILL $$"#
    #expect(try outcome(of: marker + mistake) == .refused("no"))
  }

  @Test func aProgramThatStopsBeforeIsNotTakenForARefusal() throws {
    #expect(
      try outcome(of: #"echo "x.swift:1: Fatal error: another" >&2; kill -ILL $$"#)
        == .stoppedBefore("x.swift:1: Fatal error: another"))
    #expect(try outcome(of: "exit 1") == .stoppedBefore("it said nothing"))
  }

  @Test func aMistakeThatStopsNothingIsNoRefusal() throws {
    #expect(try outcome(of: #"echo "The mistake of line 12:" >&2"#) == .accepted)
  }
}
