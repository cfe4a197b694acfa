import Support
import Weaver

/// Where the links of the repository's pages lead in the site.
package struct SiteLinks: Sendable {
  /// A link as the site has it.
  package enum Target: Hashable, Sendable {
    /// A page of the site or of others, as a link.
    case page(String)
    /// A term of the glossary, with its meaning as plain text.
    case term(String, meaning: String)
    /// A file that only the repository has.
    case repository(String)
  }

  /// The chapters, such as `lesson-01`.
  let lessons: Set<String>
  /// The meanings of terms by their anchors, as plain text.
  let meanings: [String: String]
  /// The address under which the repository's files can be read; nil leaves such links out.
  let repository: String?

  /// Creates the links of a catalog's chapters and terms.
  package init(_ catalog: LessonCatalog, repository: String? = nil) {
    lessons = Set(catalog.lessons)
    meanings = Dictionary(
      catalog.glossary.entries.map { ($0.anchor, Self.plain($0.meaning)) }, uniquingKeysWith: { $1 })
    self.repository = repository.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
  }

  /// Where a link of a page leads; `folder` is the page's folder in the repository, such as `output/lesson-01`.
  package func target(of link: String, in folder: String) -> Target {
    guard !link.hasPrefix("#"), !link.contains(":"), link.prefix(while: { $0 != "#" }).contains("/") else {
      return .page(link)
    }
    let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let place = parts.count == 2 ? "#\(parts[1])" : ""
    let path = Self.path(parts[0], in: folder)
    if path == Glossary.page {
      let page = "glossary.html\(place)"
      return meanings[String(place.dropFirst())].map { .term(page, meaning: $0) } ?? .page(page)
    }
    if path == "output/README.md" { return .page("index.html\(place)") }
    let names = path.split(separator: "/").map(String.init)
    if names.count == 3, names[0] == "output", names[2] == "README.md", lessons.contains(names[1]) {
      return .page("\(names[1]).html\(place)")
    }
    if path.hasPrefix("Lessons/Exercises/"), let file = names.last, let id = LessonCatalog.exerciseID(file) {
      let lesson = "lesson-\(id.prefix(2))"
      let page = folder.hasSuffix(lesson) ? "" : "\(lesson).html"
      return .page("\(page)#\(PracticeSection.anchor(of: id))")
    }
    if names.first == "output", names.last?.hasSuffix(".png") == true {
      return .page("figures/\(names.dropFirst().joined(separator: "/"))")
    }
    return .repository(path + place)
  }

  /// A relative path from the repository's root.
  private static func path(_ link: String, in folder: String) -> String {
    var parts = folder.split(separator: "/").map(String.init)
    for part in link.split(separator: "/") {
      switch part {
      case ".": break
      case "..": if !parts.isEmpty { parts.removeLast() }
      default: parts.append(String(part))
      }
    }
    return parts.joined(separator: "/")
  }

  /// A meaning without the marks of emphasis and code.
  private static func plain(_ markdown: String) -> String {
    markdown.replacing("`", with: "").replacing(/\*([^*\s][^*]*)\*/) { "\($0.output.1)" }
  }
}
