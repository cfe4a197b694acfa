import Foundation
import Support

/// The terms of the course, in `Documentation/Glossary.md`: the one place of their definitions.
///
/// An entry is a row of the page's table: `| <a id="zero-point"></a>zero point | The code that stands for real 0. |`.
/// A term may have several names, with commas between: `LSQ, learned step`. The anchor is the first name in small
/// letters, with a hyphen for everything that is no letter or digit.
public struct Glossary: Hashable, Sendable {
  /// An entry.
  public struct Entry: Hashable, Sendable {
    /// The names of the term, such as `zero point`; the first is the usual one.
    public let names: [String]
    /// What it means, in Markdown.
    public let meaning: String
    /// Where it stands on the page, as a link ends.
    public let anchor: String
  }

  /// The page, from the root of a checkout.
  public static let page = "Documentation/Glossary.md"

  /// The entries, in the order of the page.
  public let entries: [Entry]
  /// What keeps the page from being read or linked, each with its line and the remedy.
  public let problems: [String]
  /// The position of the entry that has a name, in small letters.
  private let positions: [String: Int]

  /// Reads the page's text.
  public init(_ markdown: String) {
    var entries: [Entry] = []
    var problems: [String] = []
    var positions: [String: Int] = [:]
    for (index, line) in markdown.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard line.hasPrefix("| "), !line.hasPrefix("| :"), !line.hasPrefix("| word |") else { continue }
      let place = "\(Self.page):\(index + 1)"
      guard let row = line.wholeMatch(of: /\| (?:<a id="([^"]*)"><\/a>)?([^|]+) \| (.+) \|/) else {
        problems.append("\(place): a row is | term | meaning |; mend it")
        continue
      }
      let names = row.2.split(separator: ", ").map(String.init)
      let anchor = Self.anchor(for: names[0])
      if row.1.map(String.init) != anchor {
        problems.append("\(place): \(row.2) cannot be linked to; write <a id=\"\(anchor)\"></a>\(row.2)")
      }
      for name in names where positions.updateValue(entries.count, forKey: name.lowercased()) != nil {
        problems.append("\(place): \(name) has another row; remove one")
      }
      entries.append(Entry(names: names, meaning: String(row.3), anchor: anchor))
    }
    (self.entries, self.problems, self.positions) = (entries, problems, positions)
  }

  /// Reads the page of a checkout; a checkout without one has no terms.
  ///
  /// - Throws: `FileError` if the page is there but cannot be read.
  public init(root: String) throws {
    let path = "\(root)/\(Self.page)"
    guard FileManager.default.fileExists(atPath: path) else {
      self.init("")
      return
    }
    self.init(String(decoding: try AtomicFile.read(path), as: UTF8.self))
  }

  /// The entry that has a name, in capitals or not; nil for a name that the page lacks.
  public func entry(of name: String) -> Entry? { positions[name.lowercased()].map { entries[$0] } }

  /// The anchor that a term's row has.
  private static func anchor(for term: String) -> String {
    let words = term.lowercased().split { !($0.isLetter || $0.isNumber) }
    return words.joined(separator: "-")
  }
}
