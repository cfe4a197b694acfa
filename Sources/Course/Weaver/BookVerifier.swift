import Foundation
import LessonKit
import Support

/// Compares a woven book with the lessons as they stand now, without running them.
public struct BookVerifier: Sendable {
  let root: String

  /// Names the checkout whose `output` folder is read.
  public init(root: String) {
    self.root = root
  }

  /// What is wrong with a lesson's chapter: an old text, a figure that is missing or one too many.
  ///
  /// - Throws: `FileError` if the chapter is there but cannot be read.
  public func problems(about source: LessonSource) throws -> [String] {
    let folder = "output/\(source.name)"
    let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
    guard files.contains("README.md") else { return ["\(folder)/README.md is missing; \(Self.remedy)"] }
    let chapter = String(decoding: try AtomicFile.read("\(root)/\(folder)/README.md"), as: UTF8.self)
    let figures = source.figures.map { "\($0).png" }
    let missing = figures.filter { !files.contains($0) }
    let orphans = files.filter { $0.hasSuffix(".png") && !figures.contains($0) }.sorted()
    return [Footer.staleness(of: chapter, source: source)].compactMap { $0 }
      + missing.map { "\(folder)/\($0) is missing; \(Self.remedy)" }
      + orphans.map { "\(folder)/\($0) belongs to no figure of \(source.name); remove it" }
  }

  /// What is wrong with the book's first page, given the sources of all lessons: nil if nothing is.
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

  private static let remedy = "run `swift run book`"
}
