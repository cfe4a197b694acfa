import Charting
import Foundation
import LessonKit
import Support

/// Compares a woven book with the present sources of the lessons, without running them.
public struct BookVerifier: Sendable {
  private let root: String

  /// Creates a verifier of the book in the `output` folder of a checkout.
  public init(root: String) {
    self.root = root
  }

  /// The problems of a lesson: a source that cannot be woven, a stale chapter, a missing or superfluous figure, and a
  /// chapter or figure that is not as it was woven.
  ///
  /// - Throws: `FileError` if the chapter is there but cannot be read.
  public func problems(about source: LessonSource) throws -> [String] {
    let folder = "output/\(source.name)"
    let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
    let malformed = source.problems.map(\.description)
    guard files.contains("README.md") else {
      return malformed + ["\(folder)/README.md is missing; \(Self.remedy)"]
    }
    let chapter = String(decoding: try AtomicFile.read("\(root)/\(folder)/README.md"), as: UTF8.self)
    let figures = source.figures.map { "\($0).png" }
    let missing = figures.filter { !files.contains($0) }
    let orphans = files.filter { $0.hasSuffix(".png") && !figures.contains($0) }.sorted()
    let companions = LessonCatalog.companions(of: source.name, root: root)
    let staleness = Footer.staleness(of: chapter, source: source, companions: companions)
    return try malformed + [staleness].compactMap(\.self)
      + changes(in: chapter, of: figures.filter { files.contains($0) }, folder: folder)
      + missing.map { "\(folder)/\($0) is missing; \(Self.remedy)" }
      + orphans.map { "\(folder)/\($0) belongs to no figure of \(source.name); remove it" }
  }

  /// What in a chapter and its figures is not as it was woven.
  private func changes(in chapter: String, of figures: [String], folder: String) throws -> [String] {
    guard let (seal, text) = ChapterSeal.reading(chapter) else {
      return ["\(folder)/README.md does not say what it was woven as; \(Self.remedy)"]
    }
    let page =
      seal.matches(text: text)
      ? [] : ["\(folder)/README.md was edited after it was woven: change the lesson; \(Self.remedy)"]
    return try page
      + figures.compactMap { file in
        let isSame = seal.matches(
          figure: String(file.dropLast(4)), bytes: try AtomicFile.read("\(root)/\(folder)/\(file)"))
        return isSame == true
          ? nil : "\(folder)/\(file) is not the file that the chapter was woven with; \(Self.remedy)"
      }
  }

  /// The problem of a chapter's links to the chapters before and after it; nil if there is none, or no chapter.
  ///
  /// - Throws: `FileError` if the chapter is there but cannot be read.
  public func problem(aboutNeighbours source: LessonSource, in catalog: LessonCatalog) throws -> String? {
    let page = "output/\(source.name)/README.md"
    guard FileManager.default.fileExists(atPath: "\(root)/\(page)") else { return nil }
    let text = String(decoding: try AtomicFile.read("\(root)/\(page)"), as: UTF8.self)
    return text.contains(Neighbours(of: source.name, in: catalog).markdown)
      ? nil : "\(page) does not lead to the chapters before and after it; \(Self.remedy)"
  }

  /// The problem of the book's first page, given the sources of all lessons; nil if there is none.
  ///
  /// - Throws: `FileError` if the page is there but cannot be read.
  public func problem(aboutContents sources: [LessonSource]) throws -> String? {
    let page = "output/README.md"
    guard FileManager.default.fileExists(atPath: "\(root)/\(page)") else {
      return "\(page) is missing; \(Self.remedy)"
    }
    let text = String(decoding: try AtomicFile.read("\(root)/\(page)"), as: UTF8.self)
    return text == TableOfContents(sources).markdown
      ? nil : "\(page) is not the lessons' contents; \(Self.remedy)"
  }

  /// Why a figure is not the one that its lesson would draw now, judged by its provenance; nil if it is.
  ///
  /// - Parameters:
  ///   - figure: What the figure's file tells.
  ///   - remedy: What to do about a figure whose lesson has changed; nil for weaving its chapter.
  /// - Returns: The problem in a line, or nil.
  public func problem(about figure: Provenance, remedy: String? = nil) -> String? {
    // The figure may come from anywhere, so only a lesson's file is opened.
    guard let source = figure.source, let inputs = figure.inputs,
      let match = source.wholeMatch(of: /(Lessons\/([a-z][a-z0-9-]*)\/main\.swift):\d+/)
    else { return "it does not say which lesson drew it, so nothing can be compared" }
    guard FileManager.default.fileExists(atPath: "\(root)/Lessons") else {
      return "not compared: \(root) has no Lessons folder; run book in the checkout, or name it with --root"
    }
    guard let lesson = try? LessonSource(path: "\(root)/\(match.1)") else {
      return "stale: there is no \(match.1) here any more"
    }
    return inputs == "sha256 \(lesson.hash)"
      ? nil
      : "stale: \(match.1) or its Figures.swift has changed since; "
        + (remedy ?? "run `swift run book weave \(match.2)`")
  }

  private static let remedy = "run `swift run book`"
}
