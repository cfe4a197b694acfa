import LessonKit

/// The links at the end of a chapter: to the chapter before, the book's contents, and the chapter after.
struct Neighbours: Hashable, Sendable {
  /// The links, in a paragraph of their own.
  let markdown: String

  /// Finds the neighbours of a lesson in the order of the course.
  init(of lesson: String, in catalog: LessonCatalog) {
    let lessons = catalog.lessons
    let index = lessons.firstIndex(of: lesson)
    func link(_ offset: Int, _ text: (String) -> String) -> [String] {
      guard let index, lessons.indices.contains(index + offset) else { return [] }
      let name = lessons[index + offset]
      return ["[\(text(LessonSource.spokenName(name, isCapitalized: true)))](../\(name)/README.md)"]
    }
    let links =
      link(-1) { "← \($0)" } + ["[Contents](../README.md)"] + link(1) { "\($0) →" }
    markdown = "\n\(links.joined(separator: " · "))\n"
  }
}
