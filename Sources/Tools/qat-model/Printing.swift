import Foundation
import Support

extension Encodable {
  /// The value as JSON, with keys in order.
  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}

extension String {
  /// The text without invisible characters, which may come from a file, and cut to 60 characters.
  var printableLabel: String { UntrustedText.shown(self, most: 60) }

  /// The last component of a path, ready to be printed.
  var fileName: String { String(split(separator: "/").last ?? "").printableLabel }

  /// The text in lines of at most 80 columns, broken at spaces; lines after the first begin with `indent`.
  func wrapped(indent: String = "") -> [String] {
    var lines: [String] = []
    for word in split(separator: " ") {
      if let last = lines.last, last.terminalWidth + 1 + word.terminalWidth <= 80 {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(lines.isEmpty ? String(word) : indent + word)
      }
    }
    return lines
  }

  /// The text, cut with an ellipsis if it is longer.
  func cut(to columns: Int) -> String { count <= columns ? self : prefix(columns - 1) + "…" }
}

extension TextTable {
  /// The lines of the table in 80 columns; a longer line, of a model with a huge shape, is cut.
  var lines: [String] { terminalLines().map { $0.cut(to: 80) } }
}

extension [Int] {
  /// The extents of a shape: "3×3×16"; of a single number "1".
  var times: String { isEmpty ? "1" : map(String.init).joined(separator: "×") }
}

extension Int {
  /// The number with its noun: "1 example", "1,000 examples".
  func counted(_ noun: String) -> String {
    "\(NumberFormat.grouped.string(Double(self))) \(noun)\(self == 1 ? "" : "s")"
  }
}
