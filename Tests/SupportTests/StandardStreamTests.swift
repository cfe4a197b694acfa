import Support
import Testing

@Suite struct StandardStreamTests {
  @Test func colourIsLeftOutWhereItIsUnwantedOrUnknown() {
    #expect(StandardStream.allowsColor(noColor: nil, terminal: "xterm-256color"))
    #expect(StandardStream.allowsColor(noColor: nil, terminal: nil))
    // no-color.org: only a value that is not empty counts.
    #expect(StandardStream.allowsColor(noColor: "", terminal: "xterm"))
    #expect(!StandardStream.allowsColor(noColor: "1", terminal: "xterm"))
    #expect(!StandardStream.allowsColor(noColor: "0", terminal: "xterm"))
    #expect(!StandardStream.allowsColor(noColor: nil, terminal: "dumb"))
  }

  /// What a process of a test prints is read through a pipe.
  @Test func aPipeIsNoTerminalAndHasEightyColumns() async {
    await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      #expect(!StandardStream.error.isTerminal && !StandardStream.error.isColored)
      #expect(StandardStream.error.columns == 80)
    }
  }
}
