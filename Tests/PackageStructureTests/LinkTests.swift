import Foundation
import TestSupport
import Testing

/// The links between the package's pages, as GitHub follows them.
@Suite struct LinkTests {
  private static let pages: [String] = {
    let files = FileManager.default
    let folders =
      ["", "Documentation/"]
      + ((try? files.contentsOfDirectory(atPath: "\(Checkout.root)/output")) ?? [])
      .map { "output/\($0)/" } + ["output/"]
    return folders.flatMap { folder in
      ((try? files.contentsOfDirectory(atPath: "\(Checkout.root)/\(folder)")) ?? [])
        .filter { $0.hasSuffix(".md") }.map { folder + $0 }
    }.sorted()
  }()

  /// A page without its code, in which brackets mean something else.
  private static func prose(of page: String) throws -> String {
    try String(contentsOfFile: "\(Checkout.root)/\(page)", encoding: .utf8)
      .replacing(/(?ms)^```.*?^```$/, with: "").replacing(/`[^`\n]*`/, with: "code")
  }

  /// The places of a page that a link may end with: anchors, and headings in GitHub's spelling.
  private static func anchors(of text: String) -> Set<String> {
    let headings = text.matches(of: /(?m)^#+ (.*)$/).map { heading in
      String(
        heading.1.lowercased().compactMap {
          $0 == " " ? "-" : $0.isLetter || $0.isNumber || "-_".contains($0) ? $0 : nil
        })
    }
    return Set(text.matches(of: /<a id="([^"]*)">/).map { String($0.1) } + headings)
  }

  @Test(arguments: pages) func `a link leads to a file that exists, and to a place in it`(_ page: String)
    throws
  {
    let folder = URL(filePath: "\(Checkout.root)/\(page)").deletingLastPathComponent()
    for match in try Self.prose(of: page).matches(of: /\]\(([^)\s]+)\)/) {
      let parts = match.1.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(
        String.init)
      guard let path = parts.first, !path.contains(":") else { continue }
      let target =
        path.isEmpty ? "\(Checkout.root)/\(page)" : folder.appending(path: path).standardizedFileURL.path
      #expect(FileManager.default.fileExists(atPath: target), "\(page) links to \(path)")
      guard parts.count == 2, target.hasSuffix(".md"), target.hasPrefix(Checkout.root) else { continue }
      let text = try Self.prose(of: String(target.dropFirst(Checkout.root.count + 1)))
      #expect(Self.anchors(of: text).contains(parts[1]), "\(page) links to \(match.1)")
    }
  }

  @Test func `a word in italics in the glossary has a row`() throws {
    let text = try String(contentsOfFile: "\(Checkout.root)/Documentation/Glossary.md", encoding: .utf8)
    let rows = text.matches(of: /(?m)^\| <a id="[^"]*"><\/a>([^|]+) \| (.+) \|$/)
    let terms = Set(rows.flatMap { $0.1.lowercased().split(separator: ", ").map(String.init) })
    #expect(terms.count > 100)
    for row in rows {
      for word in row.2.matches(of: /\*([^*]+)\*/).map({ $0.1.lowercased() }) {
        // As it stands, or without the ending of a plural, an owner or a verb.
        let stems =
          [word] + ["s", "'s", "ing", "ed"].filter(word.hasSuffix).map { String(word.dropLast($0.count)) }
        #expect((stems + stems.map { $0 + "e" }).contains(where: terms.contains), "\(row.1): \(word)")
      }
    }
  }
}
