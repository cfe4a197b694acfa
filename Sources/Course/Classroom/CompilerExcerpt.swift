import Support

/// The lines of source that a compiler prints below an error, fitted to a width.
///
/// Such lines say by their columns what they mean, so none of them is wrapped: all are cut alike, around the place at
/// which the compiler points.
package struct CompilerExcerpt: Hashable, Sendable {
  private let lines: [Substring]

  /// Creates an excerpt from lines that `isExcerpt` is true for.
  package init(_ lines: [Substring]) { self.lines = lines }

  /// True for a line of source below an error, such as `12 |     y` or `   |     `- error`.
  package static func isExcerpt(_ line: some StringProtocol) -> Bool {
    line.utf8.drop { $0 == UInt8(ascii: " ") || 48...57 ~= $0 }.first == UInt8(ascii: "|")
  }

  /// The lines, none wider than `columns`; what was cut is marked with `…`.
  package func lines(fitting columns: Int) -> [String] {
    // A tab is a column to the compiler that draws the marks.
    let plain = lines.map { String($0).replacing("\t", with: " ") }
    guard let widest = plain.map(\.count).max(), widest > columns else { return plain }
    let gutter = (plain.first.map { $0.prefix { $0 != "|" }.count } ?? 0) + 1
    let room = columns - gutter
    let start = pointer(plain, gutter: gutter).map { max(0, $0 - room / 2) } ?? 0
    let isShifted = start > 0
    return plain.map { line in
      let code = line.dropFirst(gutter).dropFirst(start)
      var text = String(line.prefix(gutter))
      text += isShifted && !code.isEmpty ? "…" + code.dropFirst() : code
      return text.count > columns ? text.prefix(columns - 1) + "…" : text
    }
  }

  /// The column, behind the gutter, of the first mark without a line number: the place of the error.
  private func pointer(_ plain: [String], gutter: Int) -> Int? {
    for line in plain where line.prefix(gutter).allSatisfy({ $0 == " " || $0 == "|" }) {
      let code = line.dropFirst(gutter)
      if let mark = code.firstIndex(where: { $0 != " " }) {
        return code.distance(from: code.startIndex, to: mark)
      }
    }
    return nil
  }
}
