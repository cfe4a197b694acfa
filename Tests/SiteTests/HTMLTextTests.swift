import Site
import Testing

@Suite struct HTMLTextTests {
  @Test func `code and emphasis of plain text become elements, and all else is escaped`() {
    #expect(
      HTMLText.inline("`1 << bits` is *an* Int & 2 * 3 * 4")
        == "<code>1 &lt;&lt; bits</code> is <em>an</em> Int &amp; 2 * 3 * 4")
    #expect(HTMLText.inline("a ` alone") == "a ` alone")
  }

  @Test func `text of HTML has a space where a block ends, and none inside a word`() {
    #expect(HTMLText.plain("<h2>One</h2><p>a<em>b</em> &lt;c&gt; &amp;lt;</p>") == "One ab <c> &lt;")
  }

  @Test func `a literal of JavaScript cannot end its script`() {
    #expect(HTMLText.script("</script>\"\\\n\u{2028}é") == #""\u003c/script>\"\\\u000a\u2028é""#)
  }

  @Test func `an attribute is found by its whole name`() {
    let tag = HTMLTag(#"<a data-href="x" href="y.html" class="term">"#)
    #expect(tag.name == "a" && tag["href"] == "y.html")
    #expect(tag["class"] == "term" && tag["title"] == nil)
  }
}
