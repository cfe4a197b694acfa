import Charting
import Support
import Testing

@Suite struct NoteLayoutEngineTests {
  /// Forty charts with random lines, reference lines, names and up to twelve notes.
  private static func crowded(_ seed: UInt64) -> Chart {
    var generator = SeededGenerator(seed: seed)
    func number() -> Double { Double(generator.uniform(-10, 10)) }
    let x = (0..<12).map { _ in number() }
    var marks: [Mark] = [
      .scatter(x: x, y: x.map { _ in number() }, names: x.indices.map { "p\($0)" }),
      .line(x: x.sorted(), y: x.map { _ in number() }, label: "line"),
      .horizontalLine(at: number(), label: "threshold"), .verticalLine(at: number(), label: "clip"),
      .diagonalLine(slope: number() / 3, label: "ideal"),
    ]
    for index in 0..<(1 + generator.below(12)) {
      marks.append(.annotation("note \(index) says something about it", x: number(), y: number()))
    }
    return Chart(x: Axis("x"), y: Axis("y"), marks: marks)
  }

  @Test(arguments: 0..<40) func `notes in a crowded plot never cover other text`(_ seed: Int) throws {
    let layout = try Self.crowded(UInt64(seed)).layout(measurer: .monospaced)
    let boxes = layout.textBoxes
    #expect(boxes.count > 10)
    for (index, box) in boxes.enumerated() {
      for other in boxes[..<index] { #expect(!box.intersects(other), "\(box) on \(other)") }
    }
  }

  @Test(arguments: 0..<40) func `notes in a crowded plot stay in the plot`(_ seed: Int) throws {
    let layout = try Self.crowded(UInt64(seed)).layout(measurer: .monospaced)
    for note in layout.panels[0].notes {
      #expect(layout.panels[0].plot.grown(by: 1).contains(note.box))
    }
  }

  @Test func `every annotation is placed`() throws {
    for seed in 0..<40 {
      let chart = Self.crowded(UInt64(seed))
      let texts = try chart.layout(measurer: .monospaced).panels[0].notes.map { note in
        note.lines.map(\.text).joined(separator: " ")
      }
      for case .annotation(let note) in chart.panels[0].marks { #expect(texts.contains(note.text)) }
    }
  }

  @Test func `a note covers no data if there is room beside it`() throws {
    // The line fills the lower right; the upper left is empty.
    let chart = Chart(marks: [
      .line(x: [0, 1], y: [0, 1]), .annotation("a note of some length", x: 0.5, y: 0.5),
    ])
    let panel = try chart.layout(measurer: .monospaced).panels[0]
    let box = try #require(panel.notes.first).box
    let (x, y) = (try #require(panel.x).scale, try #require(panel.y).scale)
    for step in 0...1000 {
      let value = Double(step) / 1000
      #expect(!box.contains(Point(x.position(value), y.position(value))))
    }
  }

  @Test func `an annotation without room is an error`() {
    let long = String(repeating: "word ", count: 400)
    #expect(throws: ChartError.self) {
      try Chart(marks: [.line(x: [0, 1], y: [0, 1]), .annotation(long, x: 0, y: 0)])
        .layout(measurer: .monospaced)
    }
  }
}
