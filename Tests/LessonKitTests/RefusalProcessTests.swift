import LessonKit
import Testing

@Suite struct RefusalProcessTests {
  /// The outcome of a shell script that is to make a mistake at line 12.
  private func outcome(of script: String) throws -> RefusalProcess.Outcome {
    try RefusalProcess.outcome(of: "/bin/sh", ["-c", script], stoppingAt: 12)
  }

  @Test func `a refusal is the message of the mistake's first fatal error`() {
    let errors = """
      Layers/Layer.swift:1: Fatal error: something that the program survived
      epoch 1/2  loss 0.5
      The mistake of line 12:
      Layers/Layer.swift:113: Fatal error: hidden was built for [5]: reshape the inputs
      Layers/Layer.swift:114: Fatal error: a second one
      """
    #expect(
      RefusalProcess.outcome(of: errors, stoppingAt: 12)
        == .refused("hidden was built for [5]: reshape the inputs"))
    let last = "Layers/Layer.swift:114: Fatal error: a second one"
    #expect(RefusalProcess.outcome(of: errors, stoppingAt: 1) == .stoppedBefore(last))
  }

  @Test func `a program gets the line of its mistake, and its message is read`() throws {
    let marker = #"echo "The mistake of line $QAT_REFUSAL_AT_LINE:" >&2; "#
    let mistake = #"echo "x.swift:1: Fatal error: no" >&2; kill -ILL $$"#
    #expect(try outcome(of: marker + mistake) == .refused("no"))
  }

  @Test func `a program that stops before its mistake has not refused it`() throws {
    #expect(
      try outcome(of: #"echo "x.swift:1: Fatal error: another" >&2; kill -ILL $$"#)
        == .stoppedBefore("x.swift:1: Fatal error: another"))
    #expect(try outcome(of: "exit 1") == .stoppedBefore("it said nothing"))
  }

  @Test func `a mistake that stops nothing is accepted`() throws {
    #expect(try outcome(of: #"echo "The mistake of line 12:" >&2"#) == .accepted)
  }
}
