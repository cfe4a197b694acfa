import LessonKit
import Testing

/// Parts of a lesson, and where its figures go.
@Suite struct LessonSectionTests {
  private let source = LessonSource(
    name: "lesson-07",
    text: """
      //: # 7. A title
      //: Text.

      let x = 1

      //: ## The `map`
      //:
      //: ### Not a section
      //: Text.
      //:
      //: ## The **ends**, and the map
      show(x, "x")
      """)

  @Test func `sections are the beginning and what stands under each heading of the second level`() {
    #expect(source.sections.map(\.number) == [0, 1, 2])
    #expect(source.sections.map(\.title) == ["7. A title", "The map", "The ends, and the map"])
    #expect(source.sections.map(\.lines) == [1...5, 6...10, 11...Int.max])
  }

  @Test(arguments: [("1", 1), ("0", 0), ("ENDS", 2), ("the map", 1), ("title", 0)])
  func `a section is named by its number, its title or a part of it`(_ name: String, _ number: Int) throws {
    #expect(try source.section(named: name).number == number)
  }

  @Test func `a name that no section has lists those that there are`() {
    let error = #expect(throws: SectionError.self) { try source.section(named: "3") }
    #expect(
      error?.description == """
        --section 3: no section has that; name one by number or title:
           0  7. A title
           1  The map
           2  The ends, and the map
        """)
    #expect(throws: SectionError.self) { try source.section(named: "maps") }
    #expect(throws: SectionError.self) { try source.section(named: "") }
  }

  @Test func `a name that several sections have lists these`() {
    let error = #expect(throws: SectionError.self) { try source.section(named: "map") }
    #expect(
      error?.description == """
        --section map: several sections have that; name one by number or title:
           1  The map
           2  The ends, and the map
        """)
  }

  @Test func `figures go beside the build, into the book or to the named folder`() throws {
    let path = "/nowhere/Lessons/lesson-07/main.swift"
    #expect(try LessonOptions.parse([]).figureFolder(ofSource: path) == "/nowhere/.build/figures/lesson-07")
    #expect(
      try LessonOptions.parse(["--update-book"]).figureFolder(ofSource: path) == "/nowhere/output/lesson-07")
    #expect(try LessonOptions.parse(["--out", "mine"]).figureFolder(ofSource: path) == "mine")
  }
}
