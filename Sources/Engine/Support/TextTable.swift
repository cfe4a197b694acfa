/// A table of text with aligned columns, for a terminal or for Markdown.
public struct TextTable: Hashable, Codable, Sendable {
  /// The headings of the columns.
  public let columns: [String]
  /// The rows, with one cell for each column.
  public let rows: [[String]]

  /// Creates a table; every row must have one cell for each column.
  public init(columns: [String], rows: [[String]]) {
    for row in rows {
      require(
        row.count == columns.count,
        "a row of a table needs \(columns.count) cells (\(columns)); got \(row.count): \(row)")
    }
    (self.columns, self.rows) = (columns, rows)
  }

  /// Decodes a table.
  ///
  /// - Throws: `DecodingError` that names a row with more or fewer cells than there are columns.
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

  /// For each column, whether it holds only numbers, which are aligned to the right.
  public var isNumeric: [Bool] {
    columns.indices.map { column in
      !rows.isEmpty && rows.allSatisfy { $0[column].isEmpty || Self.startsLikeANumber($0[column]) }
    }
  }

  /// The table for a terminal: two spaces between columns, and a thin rule under the headings.
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
