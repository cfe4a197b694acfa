import Site
import TestSupport
import Testing

/// The whole book on one page, and what is left of it for an EPUB; exercises and quizzes of a chapter.
@Suite struct WholeBookTests {
  private static let book = WholeBook([
    SitePage(
      name: "lesson-01", title: "One & two",
      body: """
        <h1>One</h1><p><a href="#map">map</a> <a href="lesson-02.html#map">other</a> <a href="glossary.html">g</a> \
        <a href="https://a.b/c.html#d">c</a></p><h2 id="map">Map</h2>
        <figure id="fig-a" class="figure"><div class="plate"><img src="a.png" loading="lazy" alt="A"></div>\
        <div class="touch"></div><figcaption><p>Caption.</p></figcaption></figure>
        <div class="claims"><ul><li>It held.</li></ul></div>
        <details><summary>The code</summary><pre>code</pre></details>
        <section class="quiz" aria-labelledby="quiz"><h3 id="quiz">Quiz</h3><p class="asks">Choose.</p>
        <ol><li><details class="choice right"><summary>yes</summary><p><strong>Right.</strong> So.</p></details></li></ol></section>
        """),
    SitePage(name: "lesson-02", title: "Three", body: "<h1>Three</h1><h2 id=\"map\">Map</h2><p>Text.</p>"),
  ])

  @Test func `places of two chapters do not clash, and links between pages become links within one`() {
    let body = Self.book.body
    for part in [
      "<section class=\"leaf\" id=\"lesson-01\">", "<h2 id=\"lesson-01--map\">", "<h2 id=\"lesson-02--map\">",
      "<a href=\"#lesson-01--map\">map", "<a href=\"#lesson-02--map\">other", "<a href=\"#book\">g",
      "<a href=\"https://a.b/c.html#d\">c", "aria-labelledby=\"lesson-01--quiz\"",
      "<a href=\"#lesson-02\">Three",
    ] {
      #expect(body.contains(part), "\(part)")
    }
    #expect(!body.contains("loading="), "what is not on the screen is printed, too")
  }

  @Test func `an EPUB has a heading for each chapter, its figures, and nothing that was folded`() {
    let plain = Self.book.plain
    #expect(
      plain.contains("<h1 id=\"lesson-01\">One &amp; two</h1>") && plain.contains("<h1 id=\"lesson-02\">"))
    #expect(!plain.contains("<h1>"))
    for part in [
      "The code", "<pre>", "Right.", "So.", "Choose.", "<details", "<section", "\"plate\"", "<figure",
    ] {
      #expect(!plain.contains(part), "\(part)")
    }
    #expect(plain.contains("<p><span id=\"lesson-01--fig-a\"></span><img src=\"a.png\" alt=\"A\"></p>"))
    #expect(plain.contains("<div class=\"figcaption\"><p>Caption.</p></div>"))
    #expect(plain.contains("<div class=\"claims\"><ul><li>It held.</li></ul></div>"))
    #expect(plain.components(separatedBy: "<div").count == plain.components(separatedBy: "</div>").count)
    #expect(plain.contains("<li><span>yes</span></li>"))
    #expect(plain.hasSuffix("<p>Text.</p>\n</html>\n"))
  }

  @Test(arguments: 1...11) func `a chapter has its exercises with three hints each, and its quiz`(
    _ lesson: Int
  ) throws {
    let text = try PracticeSection(lesson: lesson, root: Checkout.root).markdown
    let exercises = text.matches(of: /<section class="exercise" aria-labelledby="exercise-(\d\d-\d+)">/)
    #expect(exercises.count >= 3)
    #expect(text.components(separatedBy: "<summary>Hint ").count - 1 == 3 * exercises.count)
    #expect(
      text.components(separatedBy: "throw Todo(").count - 1 >= exercises.count, "the stubs are unsolved")
    #expect(text.components(separatedBy: "class=\"choice right\"").count - 1 == 2)
    #expect(text.components(separatedBy: "<strong>No.</strong>").count - 1 == 6)
  }

  @Test func `a page without a number has neither`() throws {
    #expect(try PracticeSection(lesson: nil, root: Checkout.root).markdown == "")
  }

  @Test func `the search has the text under each heading, as a script that cannot break`() {
    var index = SearchIndex()
    index.add(
      [
        .init(id: "", title: "", text: ""), .init(id: "a", title: "A", text: "one </script>"),
      ], of: "p.html", title: "P")
    let text = String(decoding: index.asset.bytes, as: UTF8.self)
    #expect(text.contains(#"["p.html#a","P","A","one \u003c/script>"]"#))
    #expect(!text.contains("[\"p.html\""), "an empty beginning is left out")
  }
}
