import Testing

@testable import Weaver

/// Formulas on their way into GitHub's Markdown.
@Suite struct MarkdownFormulaTests {
  @Test(arguments: [
    (#"a $x \, y$ b"#, #"a $x \thinspace y$ b"#),
    (#"$x\;y\:z\!w$"#, #"$x\thickspace y\medspace z\negthinspace w$"#),
    (#"$\{a\}$"#, #"$\lbrace a\rbrace $"#), ("$2^{n -\n31}$ and\nmore", "$2^{n - 31}$ and\nmore"),
    ("$$a\n= b$$", "$$a\n= b$$"), (#"$$a \, b$$ $c$"#, #"$$a \thinspace b$$ $c$"#),
    (#"no formula \, here"#, #"no formula \, here"#), (#"$\alpha \cdot x$"#, #"$\alpha \cdot x$"#),
  ])
  func `no backslash stands before punctuation, and a formula in a line stays on it`(
    _ text: String, _ expected: String
  ) {
    #expect(MarkdownFormula.rewritten(in: text) == expected)
  }
}
