/// A table of text with aligned columns, for a terminal or for Markdown.
public struct TextTable: Hashable, Codable, Sendable {
  /// The heads of the columns.
  public let columns: [String]
  /// The rows, each with as many cells as there are columns.
  public let rows: [[String]]

  /// Creates a table; every row must have a cell for each column.
  public init(columns: [String], rows: [[String]]) {
    for row in rows {
      require(
        row.count == columns.count,
        "a row of a table needs \(columns.count) cells (\(columns)); got \(row.count): \(row)")
    }
    (self.columns, self.rows) = (columns, rows)
  }

  /// Reads a stored table.
  ///
  /// - Throws: `DecodingError` that names the row if one has more or fewer cells than there are columns.
  public init(from decoder: any Decoder) throws {
    let stored = try decoder.container(keyedBy: CodingKeys.self)
    columns = try stored.decode([String].self, forKey: .columns)
    rows = try stored.decode([[String]].self, forKey: .rows)
    for (index, row) in rows.enumerated() where row.count != columns.count {
      throw DecodingError.dataCorruptedError(
        forKey: .rows, in: stored,
        debugDescription: "row \(index) of a table needs \(columns.count) cells; it has \(row.count)")
    }
  }

  /// True for the columns that hold nothing but numbers: these are aligned to the right.
  public var isNumeric: [Bool] {
    columns.indices.map { column in
      !rows.isEmpty && rows.allSatisfy { $0[column].isEmpty || Self.startsLikeANumber($0[column]) }
    }
  }

  /// The table for a terminal: two spaces between columns and a thin rule under the heads.
  public func terminalLines() -> [String] {
    let widths = columns.indices.map { column in
      ([columns] + rows).map { $0[column].terminalWidth }.max() ?? 0
    }
    let numeric = isNumeric
    func line(_ cells: [String]) -> String {
      let padded = cells.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - cells[column].terminalWidth)
        return numeric[column] ? space + cells[column] : cells[column] + space
      }
      return String(padded.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    return [line(columns), rule] + rows.map(line)
  }

  /// The table in GitHub's Markdown.
  public func markdown() -> String {
    func line(_ cells: [String]) -> String {
      "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }
    let rule = "| " + isNumeric.map { $0 ? "---:" : ":---" }.joined(separator: " | ") + " |"
    return ([line(columns), rule] + rows.map(line)).joined(separator: "\n")
  }

  private static func startsLikeANumber(_ cell: String) -> Bool {
    let first = cell.drop { "−-+±≈< ".contains($0) }.first
    return first.map { $0.isNumber || $0 == "∞" } ?? false
  }
}

extension StringProtocol {
  /// How many columns of a terminal the text takes: combining marks take none; wide characters, two.
  package var terminalWidth: Int {
    reduce(0) { width, character in
      guard let scalar = character.unicodeScalars.first else { return width }
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .format, .control: return width
      default: return width + (Self.isWide(scalar.value) ? 2 : 1)
      }
    }
  }

  private static func isWide(_ scalar: UInt32) -> Bool {
    (0x1100...0x115F).contains(scalar) || (0x2E80...0xA4CF).contains(scalar)
      || (0xAC00...0xD7A3).contains(scalar) || (0xF900...0xFAFF).contains(scalar)
      || (0xFE30...0xFE6F).contains(scalar) || (0xFF00...0xFF60).contains(scalar)
      || (0x1F300...0x1FAFF).contains(scalar)
  }
}
