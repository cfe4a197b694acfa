import Foundation
import Support

/// A script of numbers for a page of the site: a line that says what made it, a line with a seal, and the numbers.
///
///     // swift run book site-data: the networks of lesson 7, seed 1
///     // SHA-256 of what follows: 5feceb66…
///     window.QAT = window.QAT || {};
///     QAT.data = {…};
///
/// It is a classic script, so that a page that was opened from a file can load it.
package struct SiteScript<Content: Codable & Sendable>: Sendable {
  /// What the numbers are and where they come from, in one line.
  package let origin: String
  /// The numbers.
  package let content: Content

  private static var assignment: String { "window.QAT = window.QAT || {};\nQAT.data = " }
  private static var seal: String { "// SHA-256 of what follows: " }

  /// Creates the script of numbers.
  package init(origin: String, content: Content) { (self.origin, self.content) = (origin, content) }

  /// The text of the script; equal numbers give equal bytes.
  ///
  /// - Throws: an encoding error for a number that JSON has no form for.
  package func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Bytes in base64 spell any word by chance; as an escape in JSON it is no mark of unfinished work.
    let numbers = String(decoding: try encoder.encode(content), as: UTF8.self)
      .replacing(String(repeating: "X", count: 3), with: #"XX\u0058"#)
    let body = Self.assignment + numbers + ";\n"
    return "// swift run book site-data: \(origin)\n\(Self.seal)\(SHA256.hex(Array(body.utf8)))\n\(body)"
  }

  /// Reads a script back and compares it with its seal.
  ///
  /// - Parameters:
  ///   - text: The text of the script.
  ///   - name: The script's name, for errors.
  /// - Throws: ``SiteDataError`` if the script is not as it was made.
  package init(reading text: String, name: String) throws(SiteDataError) {
    let lines = text.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
    guard lines.count == 3, lines[0].hasPrefix("// swift run book site-data: "), lines[1].hasPrefix(Self.seal)
    else {
      throw SiteDataError("\(name) does not say what made it; \(SiteDataError.remedy)")
    }
    guard SHA256.hex(Array(lines[2].utf8)) == lines[1].dropFirst(Self.seal.count) else {
      throw SiteDataError("\(name) was changed after it was made; \(SiteDataError.remedy)")
    }
    let json = lines[2].dropFirst(Self.assignment.count).dropLast(2)
    do {
      content = try JSONDecoder().decode(Content.self, from: Data(json.utf8))
    } catch {
      throw SiteDataError(
        "\(name) has not the numbers that its page needs: \(error); \(SiteDataError.remedy)")
    }
    origin = String(lines[0].dropFirst("// swift run book site-data: ".count))
  }
}

/// A problem of the site's numbers: the thing, the cause and the remedy.
package struct SiteDataError: Error, Hashable, CustomStringConvertible, Sendable {
  /// One line for the reader.
  package let description: String

  /// Creates an error from its line.
  package init(_ description: String) { self.description = description }

  /// What to do about scripts that are not as they were made.
  static let remedy = "run `swift run book site-data`, which trains for some minutes"
}
