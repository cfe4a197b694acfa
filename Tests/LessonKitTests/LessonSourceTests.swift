import LessonKit
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
      chart
    }
    try figure("fig-a", caption: "c", alt: "a") { chart }

    endLesson()
    """
  private let source = LessonSource(name: "lesson-07", text: text)

  @Test func aStatementTakesItsIndentedLinesAndClosingBrackets() {
    #expect(
      source.passages.map(\.lines) == [
        1...3, 5...5, 7...11, 12...12, 13...13, 15...15, 16...20, 21...21, 23...23,
      ])
    #expect(
      source.passages.map(\.kind) == [
        .prose, .code, .code, .code, .apparatus, .prose, .apparatus, .apparatus, .apparatus,
      ])
  }

  @Test func proseLosesItsMarkAndNothingElse() {
    #expect(source.passages[0].text == "# 7. A title\n\nProse.")
  }

  @Test func aCellEndsAtABlankLineOrAtProse() {
    #expect(source.endOfCell(at: 5) == 5)
    #expect(source.endOfCell(at: 7) == 13)
    #expect(source.endOfCell(at: 9) == 13)
    #expect(source.endOfCell(at: 13) == 13)
    #expect(source.endOfCell(at: 16) == 21)
  }

  @Test func figuresAreNumberedInTheOrderOfTheSource() {
    #expect(source.figures == ["fig-b", "fig-a"])
    #expect(source.figureNumber("fig-a") == "7.2")
    #expect(source.figureNumber("fig-c") == nil)
  }

  @Test func titleAndNumberComeFromTheSource() {
    #expect(source.title == "7. A title")
    #expect(source.number == 7)
  }

  @Test func everyLineButBlankOnesBelongsToOnePassage() {
    let lines = Self.text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where !line.isEmpty {
      #expect(source.passages.filter { $0.lines.contains(index + 1) }.count == 1, "line \(index + 1)")
    }
  }

  @Test func aCursorHandsOutEachPassageOnce() {
    var cursor = PassageCursor(source)
    #expect(cursor.next(upTo: 7).map(\.lines.lowerBound) == [1, 5, 7, 12, 13])
    #expect(cursor.next(upTo: 8).isEmpty)
    #expect(cursor.next(upTo: 99).map(\.lines.lowerBound) == [15, 16, 21, 23])
  }
}
