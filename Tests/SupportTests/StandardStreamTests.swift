import Support
import Testing

@Suite struct StandardStreamTests {
  @Test func `colour is left out where NO_COLOR or a dumb terminal forbids it`() {
    #expect(StandardStream.allowsColor(noColor: nil, terminal: "xterm-256color"))
    #expect(StandardStream.allowsColor(noColor: nil, terminal: nil))
    // no-color.org: only a value that is not empty counts.
    #expect(StandardStream.allowsColor(noColor: "", terminal: "xterm"))
    #expect(!StandardStream.allowsColor(noColor: "1", terminal: "xterm"))
    #expect(!StandardStream.allowsColor(noColor: "0", terminal: "xterm"))
    #expect(!StandardStream.allowsColor(noColor: nil, terminal: "dumb"))
  }

  /// The output of an exit test is read through a pipe.
  @Test func `a pipe is no terminal and has 80 columns`() async {
    await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      #expect(!StandardStream.error.isTerminal && !StandardStream.error.isColored)
      #expect(StandardStream.error.columns == 80)
    }
  }

  @Test func `printable text has no control characters but those to keep`() {
    let text = "\u{1B}[31mr\u{202E}ed\u{7F}\n\tli\u{2028}ne ½🙂\n"
    #expect(text.printable == "[31mredline ½🙂")
    #expect(text.printable(keeping: "\n") == "[31mred\nline ½🙂\n")
  }
}
