import Charting
import Testing

/// Text longer than its place, and text with a character that ends it.
@Suite struct TextTests {
  private static let long = (1...40).map { "word\($0)" }.joined(separator: " ")
  private static let solid = String(repeating: "unbroken", count: 30)

  private static func charts(_ text: String) -> [Chart] {
    let points = [0.0, 1, 2]
    return [
      Chart(
        title: text, subtitle: text, x: Axis(text), y: Axis(text, unit: "pJ"),
        marks: [.line(x: points, y: points, label: text), .scatter(x: points, y: points, label: "points")]),
      Chart(
        x: Axis(text), y: Axis(text),
        marks: [.bars(["a", "b"], [1.0, 2], label: text, direction: .horizontal)]),
      Chart(marks: [.heatMap([[0.0, 1]], rows: [text], label: text)]),
      Chart(marks: [.numberLine(levels: points, label: text)]),
      Chart(
        columns: 2,
        panels: (0..<4).map { _ in
          Panel(title: text, x: Axis(text), y: Axis(text), marks: [.line(x: points, y: points, label: text)])
        }),
    ]
  }

  @Test(arguments: [true, false])
  func `long titles, headings and labels stay on the page and off one another`(
    _ hasSpaces: Bool
  ) throws {
    for (number, chart) in Self.charts(hasSpaces ? Self.long : Self.solid).enumerated() {
      let layout = try chart.layout(measurer: .monospaced)
      let page = Rect(x: 0, y: 0, width: layout.size.width, height: layout.size.height)
      let boxes = layout.textBoxes
      for (index, box) in boxes.enumerated() {
        #expect(page.contains(box), "chart \(number): \(box)")
        for other in boxes[..<index] {
          #expect(!box.intersects(other), "chart \(number): \(box) on \(other)")
        }
      }
      for panel in layout.panels { #expect(panel.plot.width > 40 && panel.plot.height > 13) }
    }
  }

  @Test
  func `a long heading is written whole, in lines, and a long label of a legend keeps both of its ends`()
    throws
  {
    let panel = try #require(try Self.charts(Self.long)[0].layout(measurer: .monospaced).panels.first)
    let heading = try #require(panel.x).heading
    #expect(heading.count > 1 && heading.map(\.text).joined(separator: " ") == Self.long)
    #expect(try #require(panel.y).heading.map(\.text).joined(separator: " ") == Self.long + " (pJ)")
    let label = try #require(panel.legend.first).label.text
    #expect(label.hasPrefix("word1 word2") && label.contains("…") && label.hasSuffix("word40"), "\(label)")
    #expect(panel.legend.last?.label.text == "points")
  }

  @Test func `a text with NUL is refused by name`() throws {
    let points = [0.0, 1]
    let nul = "before\0after"
    let charts: [(Chart, String)] = [
      (Chart(title: nul, marks: [.line(x: points, y: points)]), "the title"),
      (Chart(subtitle: nul, marks: [.line(x: points, y: points)]), "the subtitle"),
      (Chart(x: Axis(nul), marks: [.line(x: points, y: points)]), "the x axis's title"),
      (Chart(y: Axis("y", unit: nul), marks: [.line(x: points, y: points)]), "the y axis's unit"),
      (Chart(marks: [.line(x: points, y: points, label: nul)]), "a text of the line"),
      (Chart(marks: [.bars([nul], [1.0])]), "a text of the bars"),
      (Chart(marks: [.graph(nodes: [.init(nul, kind: .layer)], edges: [])]), "a text of the graph"),
    ]
    for (chart, name) in charts {
      let error = #expect(throws: ChartError.self) { try chart.png() }
      #expect(
        error?.description.hasPrefix("\(name): its text “before␀after”") == true,
        "\(error?.description ?? "")")
      #expect(throws: ChartError.self) { try chart.preview() }
    }
    let chart = Chart(marks: [.line(x: points, y: points)])
    let provenance = Provenance(description: nul)
    #expect(throws: ChartError.self) { try chart.png(provenance: provenance) }
    #expect(throws: ChartError.self) { try chart.svg(provenance: provenance) }
    let error = #expect(throws: ChartError.self) { try chart.pdf(provenance: provenance) }
    #expect(error?.description.hasPrefix("the provenance's description: ") == true)
  }
}
