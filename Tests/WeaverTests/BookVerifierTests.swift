import Foundation
import LessonKit
import Support
import Testing
import Weaver

/// A small book on the disk, with no problem unless a test makes one.
@Suite final class BookVerifierTests {
  private let root = FileManager.default.temporaryDirectory.path + "/swift-qat-\(UUID())"
  private let text =
    "//: # 1. A title\nfigure(\"fig-a\", caption: \"C\", alt: \"A\") { chart() }\nendLesson()\n"
  private let figures = "func chart() -> Chart { Chart(marks: []) }\n"
  private let source: LessonSource

  init() throws {
    source = LessonSource(name: "lesson-01", text: text, figures: figures)
    try AtomicFile.createFolder("\(root)/output/lesson-01")
    try write(chapter(hash: source.hash), "lesson-01/README.md")
    try write("", "lesson-01/fig-a.png")
    try write(TableOfContents([source]).markdown, "README.md")
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  /// A sealed chapter, whose only figure is an empty file.
  private func chapter(hash: String) -> String {
    let text = "# 1. A title\nSHA-256 of the two, one after the other, `\(hash)`\nFigures `fig-a`\n"
    return text + ChapterSeal(text, figures: [("fig-a", [])]).markdown
  }

  private func write(_ text: String, _ file: String) throws {
    try AtomicFile.write(text: text, to: "\(root)/output/\(file)")
  }

  private func remove(_ file: String) throws {
    try FileManager.default.removeItem(atPath: "\(root)/output/\(file)")
  }

  private func problems() throws -> [String] {
    let verifier = BookVerifier(root: root)
    let contents = try verifier.problem(aboutContents: [source])
    return try verifier.problems(about: source) + [contents].compactMap { $0 }
  }

  @Test func `a woven book is fresh`() throws {
    #expect(try problems() == [])
  }

  @Test func `a chapter that was edited by hand is named, wherever the edit is`() throws {
    let whole = chapter(hash: source.hash)
    for edited in [
      whole.replacing("A title", with: "A  title"), "\n" + whole, whole.replacing("text ", with: "text 0"),
    ] {
      try write(edited, "lesson-01/README.md")
      #expect(
        try problems() == [
          "output/lesson-01/README.md was edited after it was woven: change the lesson; run `swift run book`"
        ])
    }
    for cut in [whole + "\n", whole.replacing(" -->", with: ""), String(whole.dropLast(100))] {
      try write(cut, "lesson-01/README.md")
      #expect(
        try problems() == [
          "output/lesson-01/README.md does not say what it was woven as; run `swift run book`"
        ])
    }
  }

  @Test func `a figure that was exchanged or damaged is named`() throws {
    try write("another", "lesson-01/fig-a.png")
    #expect(
      try problems() == [
        "output/lesson-01/fig-a.png is not the file that the chapter was woven with; run `swift run book`"
      ])
  }

  @Test func `a missing figure is named`() throws {
    try remove("lesson-01/fig-a.png")
    #expect(try problems() == ["output/lesson-01/fig-a.png is missing; run `swift run book`"])
  }

  @Test func `a figure of no lesson is named`() throws {
    try write("", "lesson-01/fig-old.png")
    #expect(try problems() == ["output/lesson-01/fig-old.png belongs to no figure of lesson-01; remove it"])
  }

  @Test func `a missing chapter is named`() throws {
    try remove("lesson-01/README.md")
    #expect(try problems() == ["output/lesson-01/README.md is missing; run `swift run book`"])
  }

  @Test func `a chapter of another source is named`() throws {
    try write(chapter(hash: "0"), "lesson-01/README.md")
    #expect(try problems().map { $0.contains("another main.swift or Figures.swift") } == [true])
  }

  @Test func `a change of the figures alone makes a chapter stale`() throws {
    let changed = LessonSource(name: "lesson-01", text: text, figures: figures + " ")
    let problems = try BookVerifier(root: root).problems(about: changed)
    #expect(problems.map { $0.contains("another main.swift or Figures.swift") } == [true])
  }

  @Test func `a source that cannot be woven is a problem of the book`() throws {
    let broken = LessonSource(name: "lesson-01", text: text, figures: "")
    let problems = try BookVerifier(root: root).problems(about: broken)
    #expect(problems.first == broken.problems.first?.description)
    #expect(problems.first?.hasPrefix("Lessons/lesson-01/main.swift:2: figure fig-a: ") == true)
  }

  @Test func `a chapter that does not lead to the chapter behind it is named`() throws {
    let alone = LessonCatalog(lessons: ["lesson-01"], exercises: [])
    let two = LessonCatalog(lessons: ["lesson-01", "the-end"], exercises: [])
    let text = chapter(hash: source.hash) + "\n[Contents](../README.md)\n"
    try write(text, "lesson-01/README.md")
    let verifier = BookVerifier(root: root)
    #expect(try verifier.problem(aboutNeighbours: source, in: alone) == nil)
    #expect(
      try verifier.problem(aboutNeighbours: source, in: two)
        == "output/lesson-01/README.md does not lead to the chapters before and after it; run `swift run book`"
    )
    try remove("lesson-01/README.md")
    #expect(try verifier.problem(aboutNeighbours: source, in: two) == nil)
  }

  @Test func `the first page leads to the glossary, and has no marks of terms`() {
    let source = LessonSource(
      name: "the-end", text: "//: # The [[*end*]]\n//: **What is a [[codes|code]]?**\nendLesson()\n")
    let page = TableOfContents([source]).markdown
    #expect(page.contains("| [The end](the-end/README.md) | What is a codes? | `swift run the-end` |"))
    #expect(page.contains("[glossary](../Documentation/Glossary.md)"))
  }

  @Test func `a stale or missing first page is named`() throws {
    try write(TableOfContents([]).markdown, "README.md")
    #expect(try problems() == ["output/README.md is not the lessons' contents; run `swift run book`"])
    try remove("README.md")
    #expect(try problems() == ["output/README.md is missing; run `swift run book`"])
  }
}
