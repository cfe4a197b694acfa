import Foundation
import Support
import Testing

@Suite struct TextTableTests {
  @Test func `numbers in a table are aligned right, and texts left`() {
    let table = TextTable(
      columns: ["layer", "parameters", "range"],
      rows: [["dense", "7,850", "−0.5 … 0.5"], ["flatten", "0", ""]])
    #expect(table.isNumeric == [false, true, true])
    #expect(
      table.terminalLines() == [
        "layer    parameters       range",
        "───────  ──────────  ──────────",
        "dense         7,850  −0.5 … 0.5",
        "flatten           0",
      ])
  }

  @Test func `wide characters take two columns of a table and combining marks none`() {
    let table = TextTable(
      columns: ["名前", "note"], rows: [["ab", "é"], ["日本語", "x\u{302}y"], ["e\u{301}", "😀"]])
    #expect(
      table.terminalLines() == [
        "名前    note",
        "──────  ────",
        "ab      é",
        "日本語  x\u{302}y",
        "e\u{301}       😀",
      ])
    // Every column but the last begins at the same offset in every line.
    #expect(table.terminalLines().map { $0.terminalWidth } == [12, 12, 9, 10, 10])
  }

  @Test(arguments: [
    ("", 0), ("abc", 3), ("−1", 2), ("½Δ²", 3), ("e\u{301}", 1), ("x\u{302}", 1), ("한글", 4), ("ｆ", 2),
    ("😀", 2),
    ("a\u{200B}b", 2), ("─│┌", 3), ("✓✗", 2), ("\u{1B}", 0),
  ])
  func `a text has its width in a terminal`(_ text: String, _ width: Int) {
    #expect(text.terminalWidth == width)
  }

  @Test func `a table column with any text is not numeric`() {
    let table = TextTable(
      columns: ["a", "b", "c", "d"],
      rows: [["1", "±2", "3", "∞"], ["n/a", "≈ 2.5", "-3", "< 1"]])
    #expect(table.isNumeric == [false, true, true, true])
    #expect(TextTable(columns: ["a"], rows: []).isNumeric == [false])
  }

  @Test func `a table in Markdown aligns its columns and escapes bars`() {
    let table = TextTable(columns: ["|x|", "n"], rows: [["a|b", "1"]])
    #expect(
      table.markdown() == """
        | \\|x\\| | n |
        | :--- | ---: |
        | a\\|b | 1 |
        """)
  }

  @Test func `every table row needs a cell for each column`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = TextTable(columns: ["a", "b"], rows: [["1", "2"], ["3"]])
    }
    #expect(result.said(#"a row of a table needs 2 cells (["a", "b"]); got 1: ["3"]"#))
  }

  @Test func `a table survives encoding and decoding`() throws {
    let table = TextTable(columns: ["a", "b"], rows: [["1", "2"], ["3", "4"]])
    #expect(try JSONDecoder().decode(TextTable.self, from: JSONEncoder().encode(table)) == table)
  }

  @Test(arguments: [#"[["1", "2"], ["3"]]"#, #"[["1", "2"], ["3", "4", "5"]]"#])
  func `an encoded table with a row of another length is refused`(_ rows: String) {
    let stored = Data(#"{"columns": ["a", "b"], "rows": \#(rows)}"#.utf8)
    do {
      _ = try JSONDecoder().decode(TextTable.self, from: stored)
      Issue.record("no error")
    } catch DecodingError.dataCorrupted(let context) {
      #expect(context.debugDescription.contains("row 1 of a table needs 2 cells"))
    } catch { Issue.record(error) }
  }
}
