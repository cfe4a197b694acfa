import Foundation
import Site
import TestSupport
import Testing

/// What a reader does with the site: click, type, switch the theme, print.
@Suite(.enabled(if: BuiltSite.isPossible, BuiltSite.needs))
struct ReaderTests {
  /// Opens a page in the one browser, which is this test's until `body` returns.
  private func on<Value: Sendable>(
    _ page: String, _ body: @Sendable (isolated Browser) throws -> Value
  ) async throws -> Value {
    try await Browser.shared.exclusively { browser in
      try browser.resize(width: 900)
      try browser.prefer(dark: false)
      try browser.open(BuiltSite.address(page))
      return try body(browser)
    }
  }

  @Test func `a click on an answer of the quiz tells whether it is right, and why`() async throws {
    let texts = try await on("lesson-01.html") { browser in
      let choices = ".question:has(#question-1) .choice"
      var texts: [String] = []
      for index in 1...2 {
        let choice = "\(choices.dropLast(" .choice".count)) li:nth-child(\(index)) .choice"
        let before = try browser.evaluate(
          "document.querySelector('\(choice) p').checkVisibility()", as: Bool.self)
        try browser.click("\(choice) summary")
        let after = try browser.evaluate(
          "document.querySelector('\(choice) p').checkVisibility()", as: Bool.self)
        #expect(!before && after)
        texts.append(try browser.evaluate("document.querySelector('\(choice) p').innerText"))
      }
      return texts
    }
    #expect(texts[0].hasPrefix("No. 16 is the number of levels."))
    #expect(texts[1].hasPrefix("Right. 16 levels have 15 steps"))
  }

  @Test func `hints are folded until they are asked for, also by keyboard`() async throws {
    let isOpen = try await on("lesson-01.html") { browser in
      let hint = "document.querySelector('.exercise .hint')"
      let before = try browser.evaluate("\(hint).open", as: Bool.self)
      try browser.run("\(hint).querySelector('summary').focus()")
      try browser.press("Enter", code: 13)
      return [before, try browser.evaluate("\(hint).open")]
    }
    #expect(isOpen == [false, true])
  }

  @Test(arguments: ["zero point", "Zero-point"])
  func `words that are typed are found, the glossary's row first`(_ words: String) async throws {
    let (first, count) = try await on("search.html") { browser in
      try browser.click("#words")
      try browser.type(words)
      return (
        try browser.evaluate("document.querySelector('#results a').getAttribute('href')", as: String.self),
        try browser.evaluate("document.querySelectorAll('#results li').length", as: Int.self)
      )
    }
    #expect(first == "glossary.html#zero-point")
    #expect(count > 3)
  }

  @Test func `the menu beside the text marks the section that is read, downwards, upwards and at the end`()
    async throws
  {
    let marks = try await on("lesson-01.html") { browser in
      try browser.resize(width: 1600)
      let links = "Array.from(document.querySelectorAll('.sections a'))"
      var marks: [[Int]] = []
      for scroll in [
        "scrollTo(0, 0)", "heading(2).scrollIntoView()", "heading(5).scrollIntoView()",
        "(heading(3).scrollIntoView(), scrollBy(0, -innerHeight / 2))",
        "scrollTo(0, document.documentElement.scrollHeight)",
      ] {
        try browser.run(
          """
          const heading = (index) => document.getElementById(decodeURIComponent(\(links)[index].hash.slice(1)));
          \(scroll); dispatchEvent(new Event('scroll'))
          """)
        marks.append(
          try browser.evaluate(
            "\(links).flatMap((link, index) => link.hasAttribute('aria-current') ? [index] : [])"))
      }
      return (marks, try browser.evaluate("\(links).length", as: Int.self))
    }
    #expect(marks.0 == [[], [2], [5], [2], [marks.1 - 1]])
  }

  @Test func `the field of every page leads to the search, and a slash to the field`() async throws {
    let (results, status) = try await on("lesson-03.html") { browser in
      try browser.press("/")
      try browser.type("straight-through estimator")
      try browser.press("Enter", code: 13)
      try browser.waitForLoad()
      return (
        try browser.evaluate("document.querySelectorAll('#results li').length", as: Int.self),
        try browser.evaluate("document.querySelector('#found').textContent", as: String.self)
      )
    }
    #expect(results > 0 && status.contains("place"))
    let nothing = try await on("search.html?q=xyzzyx") { browser in
      try browser.evaluate("document.querySelector('#found').textContent", as: String.self)
    }
    #expect(nothing.hasPrefix("Nothing found"))
  }

  @Test func `the theme follows the system until it is switched, and then stays`() async throws {
    let papers = try await on("index.html") { browser in
      let paper = "getComputedStyle(document.body).backgroundColor"
      var papers = [try browser.evaluate(paper, as: String.self)]
      try browser.prefer(dark: true)
      papers.append(try browser.evaluate(paper))
      try browser.click("button.theme")
      papers.append(try browser.evaluate(paper))
      try browser.open(BuiltSite.address("lesson-02.html"))
      papers.append(try browser.evaluate(paper))
      try browser.run("localStorage.clear()")
      return papers
    }
    #expect(papers[0] != papers[1])
    #expect(papers[2] == papers[0] && papers[3] == papers[0])
  }

  @Test func `the first tab leads past the menu`() async throws {
    let text = try await on("lesson-01.html") { browser in
      try browser.press("Tab", code: 9)
      let text = try browser.evaluate("document.activeElement.innerText", as: String.self)
      try browser.press("Enter", code: 13)
      return [text, try browser.evaluate("document.activeElement.id")]
    }
    #expect(text == ["Skip to the text", "text"])
  }

  @Test func `a term shows its meaning and leads to its row`() async throws {
    let (title, address) = try await on("lesson-01.html") { browser in
      let title = try browser.evaluate("document.querySelector('a.term').title", as: String.self)
      try browser.click("a.term")
      try browser.waitForLoad()
      return (title, try browser.evaluate("location.hash", as: String.self))
    }
    #expect(title.count > 20 && address == "#weight")
  }

  @Test func `a chapter is printed as a PDF of some pages, without menus and folds`() async throws {
    let pdf = try await on("lesson-01.html") { browser in
      try browser.prefer(dark: true, medium: "print")
      let hidden = try browser.evaluate(
        "['.top', '.sections', '.touch', '.hint'].every((s) => !document.querySelector(s).checkVisibility())",
        as: Bool.self)
      #expect(hidden)
      #expect(try browser.evaluate(PageFacts.lowContrasts, as: [String].self) == [])
      try browser.prefer(dark: false)
      return try browser.pdf()
    }
    #expect(pdf.starts(with: Array("%PDF-".utf8)))
    let pages = String(decoding: pdf, as: UTF8.self).matches(of: #/\/Type\s*\/Page\b[^s]/#).count
    #expect((4...40).contains(pages), "\(pages) pages")
  }
}
