import Charting
import Foundation
import Site
import Support
import TestSupport
import Testing
import Weaver

/// From a woven chapter to a page's HTML.
@Suite struct ChapterTests {
  private static let chapter = """
    # 1. A chapter

    Text.

    ```swift
    // > ✓ in code this is no claim
    ```

    > ✓ it holds<br>
    > ✗ **does not hold:** this<br>

    <a id="fig-a"></a>
    ![A "line" & a dot.](fig-a.png)

    **Figure 1.1.** A *line*.

    <details><summary>The code of figure 1.1</summary>

    ```swift
    let a = 1
    ```

    </details>

    ## Exercises

    - [exercise 01.1](../../Lessons/Exercises/Ex0101.swift): the scale.

    ## Further reading

    None.

    ---

    Woven by `swift run book` from [`main.swift`](../../Lessons/lesson-01/main.swift).<br>
    Figures `fig-a`

    [Contents](../README.md) · [Lesson 2 →](../lesson-02/README.md)
    <!-- SHA-256: text ab fig-a cd -->

    """

  private static let catalog = LessonCatalog(
    lessons: ["lesson-01", "lesson-02"], exercises: ["01.1"],
    glossary: Glossary("| <a id=\"grid\"></a>grid | Real numbers of *codes*, `n` of them. |\n"))

  @Test func `a chapter loses its links and seal, and its figures and claims become elements`() throws {
    let chapter = try WovenChapter(Self.chapter, lesson: "lesson-01", practice: "PRACTICE")
    #expect(chapter.title == "1. A chapter")
    #expect(chapter.figures.map(\.name) == ["fig-a"] && chapter.figures[0].number == "1.1")
    #expect(chapter.figures[0].caption == "A *line*.")
    let text = chapter.markdown
    #expect(!text.contains("SHA-256") && !text.contains("Contents") && !text.contains("# 1."))
    #expect(text.contains("<figure id=\"fig-a\" class=\"figure\" data-figure=\"lesson-01/fig-a\">"))
    #expect(text.contains("alt=\"A &quot;line&quot; &amp; a dot.\""))
    #expect(text.contains("<div class=\"claims\">\n\n- ✓ it holds\n- ✗ **does not hold:** this\n\n</div>"))
    #expect(text.contains("// > ✓ in code this is no claim"))
    #expect(text.contains("the scale.\n\nPRACTICE\n\n## Further reading"))
  }

  @Test func `what no book wove is refused, and so is a figure without a caption`() throws {
    #expect(throws: SiteError.self) { try WovenChapter("# A page\n\nText.\n", lesson: "lesson-01") }
    let bare = Self.chapter.replacing("**Figure 1.1.** A *line*.", with: "No caption.")
    #expect {
      try WovenChapter(bare, lesson: "lesson-01")
    } throws: {
      "\($0)"
        == "output/lesson-01/README.md: fig-a has no caption of its own; run `swift run book weave lesson-01`"
    }
  }

  private func converted(_ html: String, repository: String? = nil) -> ChapterHTML {
    ChapterHTML(
      html, in: "output/lesson-01", links: SiteLinks(Self.catalog, repository: repository), images: [:])
  }

  @Test(arguments: [
    ("../lesson-02/README.md#ties", "lesson-02.html#ties"), ("../README.md", "index.html"), ("#map", "#map"),
    ("../../Lessons/Exercises/Ex0101.swift", "#exercise-01-1"),
    ("../../Lessons/Exercises/Ex0201.swift", "lesson-02.html#exercise-02-1"),
    ("../../Documentation/Glossary.md", "glossary.html"),
    ("../lesson-02/fig-b.png", "figures/lesson-02/fig-b.png"),
  ])
  func `a link of the repository leads to the site`(_ link: String, _ target: String) {
    #expect(converted("<a href=\"\(link)\">x</a>").html == "<a href=\"\(target)\">x</a>")
  }

  @Test func `a word in a formula is one word, and anything else stays as it is`() {
    let word = "<math><mstyle mathvariant=\"normal\"><mi>m</mi><mi>a</mi><mi>x</mi></mstyle><mi>q</mi></math>"
    #expect(converted(word).html == "<math><mi mathvariant=\"normal\">max</mi><mi>q</mi></math>")
    for other in [
      "<mstyle mathvariant=\"normal\"><mi>m</mi><mn>1</mn></mstyle>", "<mstyle><mi>m</mi></mstyle>",
    ] {
      #expect(converted(other).html == other)
    }
  }

  @Test func `a term has its meaning, and a page of others is marked`() {
    let term = converted("<a href=\"../../Documentation/Glossary.md#grid\">grid</a>")
    #expect(
      term.html
        == "<a href=\"glossary.html#grid\" class=\"term\" title=\"Real numbers of codes, n of them.\">grid</a>"
    )
    #expect(term.terms == ["grid"])
    #expect(
      converted("<a href=\"https://a.b/c\">c</a>").html == "<a href=\"https://a.b/c\" rel=\"external\">c</a>")
  }

  @Test func `a file of the repository is a link only where its address is known`() {
    let html = "<a href=\"../../Lessons/lesson-01/main.swift\">m</a><a href=\"#a\">a</a>"
    #expect(
      converted(html).html
        == "<span title=\"Lessons/lesson-01/main.swift, in the repository\">m</span><a href=\"#a\">a</a>")
    #expect(
      converted(html, repository: "https://h/r/").html.hasPrefix(
        "<a href=\"https://h/r/Lessons/lesson-01/main.swift\" rel=\"external\">m</a>"))
  }

  @Test func `code, output, tables and predictions are marked, and headings listed`() {
    let html = converted(
      """
      <p>Before.</p>
      <h2 id="a">A <em>b</em></h2>
      <pre class="swift"><code>let a = &quot;x&quot;</code></pre>
      <details><summary>s</summary><pre class="swift"><code>folded</code></pre></details>
      <pre class="text"><code>a = 1</code></pre>
      <p><em>rows</em></p>
      <table><tr><td>1</td></tr></table>
      <p><strong>Predict:</strong> what?</p>
      """)
    #expect(html.sections.map(\.id) == ["a"] && html.sections[0].title == "A <em>b</em>")
    #expect(
      html.html.contains("<pre class=\"code\"><code><span class=\"k\">let</span> a = <span class=\"s\">"))
    #expect(html.html.contains("<pre class=\"output\"><samp>a = 1</samp></pre>"))
    #expect(html.html.contains("<div class=\"scroll\"><table><caption>rows</caption>"))
    #expect(html.html.contains("<p class=\"predict\"><strong>Predict:</strong> what?"))
    #expect(html.passages.map(\.title) == ["", "A b"])
    #expect(html.passages[1].text.contains("let a = \"x\"") && !html.passages[1].text.contains("folded"))
  }

  @Test func `a figure has its size, and its SVG before the PNG where there is one`() throws {
    let path = "figures/lesson-01/fig-a.png"
    let png = try Chart(marks: [.line(x: [0, 1], y: [0, 1])]).png()
    let html = "<img src=\"\(path)\" alt=\"A dot.\" />"
    for hasSVG in [false, true] {
      let image = try SiteImage(path: path, png: png, hasSVG: hasSVG)
      let page = ChapterHTML(
        html, in: "output/lesson-01", links: SiteLinks(Self.catalog), images: [path: image])
      #expect(page.html.contains("<img src=\"\(path)\" width=\"720\" height=\""))
      #expect(page.html.contains("alt=\"A dot.\""))
      let source = "<picture><source type=\"image/svg+xml\" srcset=\"figures/lesson-01/fig-a.svg\"><img"
      #expect(page.html.hasPrefix(source) == hasSVG)
    }
    #expect(throws: SiteError.self) { try SiteImage(path: path, png: [1, 2, 3], hasSVG: false) }
  }

  @Test func `every chapter of the book can be taken apart, with all its figures`() throws {
    for lesson in try LessonCatalog(root: Checkout.root).lessons {
      let text = String(
        decoding: try AtomicFile.read("\(Checkout.root)/output/\(lesson)/README.md"), as: UTF8.self)
      let chapter = try WovenChapter(text, lesson: lesson)
      #expect(chapter.figures.count == text.components(separatedBy: "\n![").count - 1, "\(lesson)")
      #expect(!chapter.title.isEmpty && !chapter.markdown.contains("<a id="), "\(lesson)")
    }
  }
}
