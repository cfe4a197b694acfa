import Foundation
import LessonKit
import Support
import Testing
import Weaver

/// A small book on the disk, with nothing wrong until a test sees to it.
@Suite final class BookVerifierTests {
  private let root = FileManager.default.temporaryDirectory.path + "/swift-qat-\(UUID())"
  private let source = LessonSource(
    name: "lesson-01",
    text: "//: # 1. A title\nfigure(\"fig-a\", caption: \"C\", alt: \"A\") { chart }\nendLesson()\n")

  init() throws {
    try AtomicFile.createFolder("\(root)/output/lesson-01")
    let chapter = "# 1. A title\nSource SHA-256 `\(source.hash)`\nFigures `fig-a`\n"
    try write(chapter, "lesson-01/README.md")
    try write("", "lesson-01/fig-a.png")
    try write(TableOfContents([source]).markdown, "README.md")
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  private func write(_ text: String, _ file: String) throws {
    try AtomicFile.write(text: text, to: "\(root)/output/\(file)")
  }

  private func remove(_ file: String) throws {
    try FileManager.default.removeItem(atPath: "\(root)/output/\(file)")
  }

  private func problems() throws -> [String] {
    let proofreader = BookVerifier(root: root)
    let contents = try proofreader.problem(aboutContents: [source])
    return try proofreader.problems(about: source) + [contents].compactMap { $0 }
  }

  @Test func aWovenBookIsFresh() throws {
    #expect(try problems() == [])
  }

  @Test func aMissingFigureIsNamed() throws {
    try remove("lesson-01/fig-a.png")
    #expect(try problems() == ["output/lesson-01/fig-a.png is missing; run `swift run book`"])
  }

  @Test func aFigureOfNoLessonIsNamed() throws {
    try write("", "lesson-01/fig-old.png")
    #expect(try problems() == ["output/lesson-01/fig-old.png belongs to no figure of lesson-01; remove it"])
  }

  @Test func aMissingChapterIsNamed() throws {
    try remove("lesson-01/README.md")
    #expect(try problems() == ["output/lesson-01/README.md is missing; run `swift run book`"])
  }

  @Test func anOldChapterIsNamed() throws {
    try write("# 1. A title\nSource SHA-256 `0`\nFigures `fig-a`\n", "lesson-01/README.md")
    #expect(try problems().map { $0.contains("another main.swift") } == [true])
  }

  @Test func anOldOrMissingFirstPageIsNamed() throws {
    try write(TableOfContents([]).markdown, "README.md")
    #expect(try problems() == ["output/README.md is not the lessons' contents; run `swift run book`"])
    try remove("README.md")
    #expect(try problems() == ["output/README.md is missing; run `swift run book`"])
  }
}
