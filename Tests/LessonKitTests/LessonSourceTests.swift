import LessonKit
import Support
import Testing

@Suite struct LessonSourceTests {
  private static let text = """
    //: # 7. A title
    //:
    //: Prose.

    import LessonKit

    let x = [
      1,

      2,
    ]
    show(x, "x")
    claim(true, "so it is")

    //: More prose, see @fig-b.
    figure(
      "fig-b", caption: "c", alt: "a"
    ) {
      bars(
        x)
    }
    try figure("fig-a", caption: "c", alt: "a") { Chart.lines(of: bars(x)) }

    endLesson()
    """
  private static let figures = """
    import Charting

    // MARK: - Bars

    /// Bars of a height.
    func bars(_ heights: [Int]) -> Chart {
      Chart(marks: [bar(heights[0])])
    }

    /// A line.
    func line(_ x: [Int]) -> Mark { .line(x) }

    @MainActor
    private func bar(_ height: Int) -> Mark {
      .bar(height.line(1))
    }
    """
  private let source = LessonSource(name: "lesson-07", text: text, figures: figures)

  @Test func `a statement takes the brace that stands below its signature`() {
    let text = "func f(a: Int)\n  -> Int\n{\n  a\n}\nlet b = f(a: 1)\n"
    #expect(LessonSource(name: "lesson-01", text: text).passages.map(\.lines) == [1...5, 6...6])
    let call = "figure(\"fig-a\", caption: \"c\", alt: \"a\") { f(a: 1) }"
    let lesson = LessonSource(name: "lesson-01", text: call + "\n", figures: text)
    #expect(lesson.code(ofFigureAt: 1) == call + "\n\nfunc f(a: Int)\n  -> Int\n{\n  a\n}")
  }

  @Test func `a statement takes its indented lines and closing brackets`() {
    #expect(
      source.passages.map(\.lines) == [
        1...3, 5...5, 7...11, 12...12, 13...13, 15...15, 16...21, 22...22, 24...24,
      ])
    #expect(
      source.passages.map(\.kind) == [
        .prose, .code, .code, .code, .apparatus, .prose, .apparatus, .apparatus, .apparatus,
      ])
  }

  @Test func `prose loses its mark and nothing else`() {
    #expect(source.passages[0].text == "# 7. A title\n\nProse.")
  }

  @Test func `a cell ends at a blank line or at prose`() {
    #expect(source.endOfCell(at: 5) == 5)
    #expect(source.endOfCell(at: 7) == 13)
    #expect(source.endOfCell(at: 9) == 13)
    #expect(source.endOfCell(at: 13) == 13)
    #expect(source.endOfCell(at: 16) == 22)
  }

  @Test func `figures are numbered in the order of the source`() {
    #expect(source.figures == ["fig-b", "fig-a"])
    #expect(source.figureNumber("fig-a") == "7.2")
    #expect(source.figureNumber("fig-c") == nil)
  }

  @Test func `a lesson's title and number come from its source`() {
    #expect(source.title == "7. A title")
    #expect(source.number == 7)
  }

  @Test func `every line but blank ones belongs to one passage`() {
    let lines = Self.text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where !line.isEmpty {
      #expect(source.passages.filter { $0.lines.contains(index + 1) }.count == 1, "line \(index + 1)")
    }
  }

  @Test func `a passage cursor hands out each passage once`() {
    var cursor = PassageCursor(source)
    #expect(cursor.next(upTo: 7).map(\.lines.lowerBound) == [1, 5, 7, 12, 13])
    #expect(cursor.next(upTo: 8).isEmpty)
    #expect(cursor.next(upTo: 99).map(\.lines.lowerBound) == [15, 16, 22, 24])
  }

  // MARK: - Figures

  @Test func `the code of a figure is its call and the functions that it calls`() {
    let bars =
      "/// Bars of a height.\nfunc bars(_ heights: [Int]) -> Chart {\n  Chart(marks: [bar(heights[0])])\n}"
    let bar = "@MainActor\nprivate func bar(_ height: Int) -> Mark {\n  .bar(height.line(1))\n}"
    let call = "figure(\n  \"fig-b\", caption: \"c\", alt: \"a\"\n) {\n  bars(\n    x)\n}"
    #expect(source.code(ofFigureAt: 16) == [call, bars, bar].joined(separator: "\n\n"))
    #expect(source.code(ofFigureAt: 19) == source.code(ofFigureAt: 16), "any line of the call names it")
    #expect(source.problems == [])
  }

  @Test func `the hash of a source is that of main and Figures, one after the other`() {
    #expect(source.hash == SHA256.hex((Self.text + Self.figures).utf8))
    #expect(LessonSource(name: "lesson-07", text: Self.text).hash == SHA256.hex(Self.text.utf8))
  }

  @Test(arguments: [
    ("bars(\n    x)", "curves(\n    x)", "Figures.swift has no function curves"),
    ("bars(\n    x)", "chart", "no call comes first in its closure"),
    ("bars(\n    x)", "let y = x\n  return bars(y)", "no call comes first in its closure"),
  ])
  func `a figure whose function is not found is a problem`(_ part: String, _ other: String, _ cause: String) {
    let broken = LessonSource(
      name: "lesson-07", text: Self.text.replacing(part, with: other), figures: Self.figures)
    #expect(broken.problems.map(\.location) == ["Lessons/lesson-07/main.swift:16"])
    #expect(broken.problems.first?.message.hasPrefix("figure fig-b: \(cause); draw it by one call") == true)
  }

  @Test func `a multi-line string with a line at the left margin is a problem`() {
    let quotes = "\"\"\""
    let cut = "show(\n  \(quotes)\nat the margin\nonce more\n\(quotes), \"text\")\n"
    let indented =
      "show(\n  \(quotes)\n  indented\n\n  \(quotes), \"text\")\n// \(quotes)\n//: \(quotes)\nlet x = 1\n"
    let both = LessonSource(name: "lesson-07", text: cut + indented + cut, figures: indented + cut)
    #expect(
      both.problems.map(\.location) == [
        "Lessons/lesson-07/main.swift:3", "Lessons/lesson-07/main.swift:16",
        "Lessons/lesson-07/Figures.swift:11",
      ])
    #expect(both.problems.allSatisfy { $0.message.contains("begins at the left margin") })
    #expect(LessonSource(name: "lesson-07", text: indented).problems == [])
    #expect(LessonSource(name: "lesson-07", text: cut).passages.count > 1, "the statement is cut")
  }
}
