import Site
import Testing

@Suite struct SwiftHighlighterTests {
  @Test(arguments: [
    ("let x = 1", "<k>let</k> x = <n>1</n>"),
    ("a.map { Int8($0) }  // to int8", "a.map { <t>Int8</t>($<n>0</n>) }  <c>// to int8</c>"),
    ("pick(class: 4, for: 1.5e-3)", "pick(class: <n>4</n>, for: <n>1.5e-3</n>)"),
    ("Quantizer.self", "<t>Quantizer</t>.<k>self</k>"), ("a.in", "a.in"),
    ("0..<n", "<n>0</n>..&lt;n"), ("1...2", "<n>1</n>...<n>2</n>"), ("0x1F_FF", "<n>0x1F_FF</n>"),
    (#""a \(b + "c") d""#, #"<s>&quot;a </s>\(b + <s>&quot;c&quot;</s>)<s> d&quot;</s>"#),
    (#""\"" + x"#, #"<s>&quot;\&quot;&quot;</s> + x"#),
    ("@Test #expect(a)", "<a>@Test</a> <a>#expect</a>(a)"),
    ("\"open\nlet", "<s>&quot;open</s>\n<k>let</k>"),
    ("\"\"\"\na \"b\"\n\"\"\"", "<s>&quot;&quot;&quot;\na &quot;b&quot;\n&quot;&quot;&quot;</s>"),
  ])
  func `the parts of code are marked`(_ code: String, _ marked: String) {
    let html = SwiftHighlighter.html(code).replacing("</span>", with: "\u{0}")
    var kinds: [Substring] = []
    // `<span class="k">` as `<k>`, and its end as `</k>`: spans do not nest.
    let short = html.replacing(/<span class="(.)">|\u{0}/) { match in
      if let kind = match.output.1 {
        kinds.append(kind)
        return "<\(kind)>"
      }
      return "</\(kinds.removeLast())>"
    }
    #expect(short == marked)
  }

  @Test func `the text of code stays as it is`() {
    let code = "func f<T>(_ x: T?) -> [String: T] { \"\\(x!) & \\\\\" } /// é\n\t#if DEBUG"
    #expect(HTMLText.unescaped(SwiftHighlighter.html(code).replacing(/<[^>]*>/, with: "")) == code)
  }
}
