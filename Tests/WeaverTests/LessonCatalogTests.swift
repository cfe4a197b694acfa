import Testing
import Weaver

@Suite struct LessonCatalogTests {
  @Test func `lessons stand in the order of their numbers, and a page without a number behind them`() {
    let folders = ["the-end", "lesson-10", "lesson-02", "lesson-01"]
    #expect(LessonCatalog.inOrder(folders) == ["lesson-01", "lesson-02", "lesson-10", "the-end"])
  }

  @Test(arguments: [("01.2", "Ex0102.swift"), ("01.10", "Ex0110.swift"), ("12.3", "Ex1203.swift")])
  func `an exercise's number and its file give each other`(_ id: String, _ file: String) {
    #expect(LessonCatalog.exerciseFile(id) == file)
    #expect(LessonCatalog.exerciseID(file) == id)
  }

  @Test(arguments: ["Ex0102.md", "Ex01020.swift", "Ex0100.swift", "Ex.swift", "0102.swift", "ab0102.swift"])
  func `a file of another name holds no exercise`(_ file: String) {
    #expect(LessonCatalog.exerciseID(file) == nil)
  }
}
