import LessonKit
import Support
import Testing

@Suite struct ProseTests {
  private let plain = Prose(terminal: Terminal(columns: 40, isColored: false))
  private let colored = Prose(terminal: Terminal(columns: 40, isColored: true))

  @Test func `no line of prose is wider than the terminal`() {
    let text = """
      Some **strong words and more** of them, `code` and $\\frac{x}{s}$, a [link](../x.md), *emphasis*.

      - an item that is long enough to be broken into several lines by the terminal's width
      - another
      """
    let lines = plain.lines(text)
    #expect(lines.count > 5)
    for line in lines { #expect(line.terminalWidth <= 40, "\(line)") }
    #expect(lines.contains("• another"))
    #expect(
      lines.contains { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }, "an item's later lines are indented")
  }

  @Test func `Markdown's marks become styles or vanish`() {
    #expect(plain.lines("A **b** *c* `d` [e](f) $g^2$.") == ["A b c d e g²."])
    #expect(colored.lines("**b**.") == ["\u{1B}[1mb\u{1B}[0m."])
  }

  @Test func `colour changes no text`() {
    let text = "Some **strong words that are long** enough, and *more of them* to wrap `around` twice."
    let stripped = colored.lines(text).map { $0.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") }
    #expect(stripped == plain.lines(text))
  }

  @Test func `an asterisk that marks nothing stays`() {
    #expect(plain.lines("2 * 3 * 4 and 5 $ each") == ["2 * 3 * 4 and 5 $ each"])
  }

  @Test func `paragraphs and headings are set apart by blank lines`() {
    #expect(plain.lines("## Head\none\ntwo\n\nthree") == ["Head", "", "one two", "", "three"])
  }

  @Test(arguments: [
    (#"s = (max - min) / 2^8"#, "s = (max − min) / 2⁸"),
    (
      #"q = \mathrm{round}\left(\frac{x}{s}\right), \qquad x \approx q \cdot s"#,
      "q = round(x/s), \u{A0}\u{A0}\u{A0}\u{A0} x ≈ q · s"
    ),
    (#"\frac{a + b}{2^{n}-1}"#, "(a + b)/(2ⁿ−1)"),
    (#"10 \, \log_{10} \frac{\sum x^2}{\sum (\hat{x} - x)^2}"#, "10 log₁₀ (Σ x²)/(Σ (x̂ − x)²)"),
    (#"x_{max}^{q}"#, "xₘₐₓ^q"),
    (#"\sqrt{\sigma^2 + \epsilon}"#, "√(σ² + ε)"),
  ])
  func `formulas are written in Unicode`(_ formula: String, _ text: String) {
    #expect(FormulaText.text(formula) == text)
    #expect(FormulaText.unknownCommands(in: formula).isEmpty)
  }

  @Test func `unknown commands of a formula are named`() {
    #expect(FormulaText.unknownCommands(in: #"\frac{\foo}{2}"#) == [#"\foo"#])
  }

  @Test func `a short value stands beside its label, and a long value below it`() {
    #expect(Prose.shown("7.5", after: "sum", to: 20) == ["sum = 7.5"])
    #expect(
      Prose.shown("one two three four", after: "words", to: 20) == ["words =", "  one two three four"])
    #expect(
      Prose.shown("one two three four five", after: "words", to: 20)
        == ["words =", "  one two three four", "  five"])
  }

  @Test func `the lines of a value stay lines`() {
    #expect(Prose.shown("a  1\nb  2", after: "table", to: 20) == ["table =", "  a  1", "  b  2"])
  }

  @Test func `a broken line of a value keeps its indent`() {
    #expect(
      Prose.shown("dense\n  kernel: one two three\n  bias", after: "list", to: 20)
        == ["list =", "  dense", "    kernel: one", "      two three", "    bias"])
  }
}
