import Charting
import Testing

@Suite struct ChartErrorTests {
  private static let nan = Double.nan
  private static let x = [0.0, 1, 2]

  /// Charts that cannot be drawn, each with a part of its error message.
  private static let refused: [(chart: Chart, says: String)] = [
    (Chart(panels: []), "without panels"),
    (Chart(marks: []), "the chart has nothing to draw"),
    (Chart(marks: [.line(x: [Double](), y: [Double]())]), "a line has nothing to draw"),
    (Chart(marks: [.line(x: x, y: [1, nan, 2])]), "line: y[1] is nan"),
    (Chart(marks: [.line(x: [0, 1, .infinity], y: x)]), "line: x[2] is inf"),
    (Chart(marks: [.line(x: x, y: [1, 2])]), "line: x has 3 values where 2 are expected"),
    (Chart(marks: [.step(x: [0, 1, 2, 3], y: [1, 2])]), "step: x has 4 values where 2 are expected"),
    (Chart(marks: [.scatter(x: x, y: x, names: ["a"])]), "scatter: names has 1 values where 3"),
    (Chart(marks: [.band(x: x, low: [0, 1], high: x)]), "band: low has 2 values where 3"),
    (Chart(marks: [.bars(["a", "b"], [1.0])]), "bars: values has 1 values where 2"),
    (Chart(marks: [.bars([], [Double]())]), "a bars has nothing to draw"),
    (Chart(marks: [.histogram([1, nan, 2])]), "histogram: 1 of its values are NaN or infinite"),
    (Chart(marks: [.histogram([Double]())]), "a histogram has nothing to draw"),
    (Chart(marks: [.histogram(edges: [0, 2, 1], counts: [1, 1])]), "edges must rise"),
    (Chart(marks: [.heatMap([[1.0, 2], [3]])]), "heat map: row 1 has 1 values where 2"),
    (Chart(marks: [.heatMap([[1.0, 2]], rows: ["a", "b"])]), "heat map: rows has 2 values where 1"),
    (
      Chart(marks: [.numberLine(levels: [0.0], codes: ["0", "1"])]), "number line: codes has 2 values where 1"
    ),
    (Chart(marks: [.horizontalLine(at: nan)]), "reference line: y[0] is nan"),
    (Chart(marks: [.imageGrid([[0.0, 1, 2]], width: 2)]), "3 pixels make no rows of 2"),
    (Chart(y: Axis(scale: .log), marks: [.line(x: x, y: x)]), "0.0 on the logarithmic y axis"),
    (
      Chart(x: Axis(scale: .log, domain: -1...1), marks: [.line(x: [1.0], y: [1.0])]),
      "-1.0 on the logarithmic x"
    ),
    (Chart(y: Axis(scale: .log), marks: [.line(x: [1.0], y: [1.0]), .diagonalLine()]), "needs linear axes"),
    (
      Chart(marks: [.graph(nodes: [.init("a", kind: .layer)], edges: []), .verticalLine(at: 0)]),
      "fills its panel"
    ),
    (Chart(size: Size(width: 20, height: 20), marks: [.line(x: x, y: x)]), "its size is 20.0 × 20.0 points"),
    (Chart(size: Size(width: 200, height: 90), marks: [.line(x: x, y: x)]), "make it higher"),
    (
      Chart(size: Size(width: 720, height: 150), marks: Gallery.graph.panels[0].marks),
      "points of height and has"
    ),
    (Chart(columns: 9, panels: (0..<9).map { _ in Panel(marks: [.line(x: x, y: x)]) }), "use fewer columns"),
  ]

  @Test(arguments: 0..<27) func `an error of a chart names the mark, the cause and the remedy`(_ index: Int) {
    let (chart, says) = Self.refused[index]
    do throws(ChartError) {
      _ = try chart.png()
      Issue.record("no error where “\(says)” is expected")
    } catch {
      #expect(error.description.contains(says), "\(error)")
    }
  }

  @Test func `all 27 invalid charts are tried`() { #expect(Self.refused.count == 27) }

  @Test func `SVG, PDF and preview refuse the charts that PNG refuses`() {
    let chart = Chart(marks: [.line(x: [0, 1], y: [0, .nan])])
    #expect(throws: ChartError.self) { try chart.svg() }
    #expect(throws: ChartError.self) { try chart.pdf() }
    #expect(throws: ChartError.self) { try chart.preview() }
  }

  @Test(arguments: [0, -1, Int.min])
  func `a decoded chart without columns is refused`(_ columns: Int) {
    var chart = Chart(marks: [.line(x: Self.x, y: Self.x)])
    chart.columns = columns
    Self.expectRefused(chart, saying: "it has \(columns) columns of panels")
  }

  @Test(arguments: [Int.min...Int.max, 0...Int.max, Int.min...0, 3...3, 0...2])
  func `buckets with more or fewer codes than buckets are refused`(_ codes: ClosedRange<Int>) {
    let buckets = Buckets(edges: [0.0, 1, 2], codes: codes)
    Self.expectRefused(
      Chart(marks: [.histogram([0.5, 1.5], buckets: buckets)]), saying: "its 2 buckets have")
  }

  @Test func `codes at both ends of Int are drawn`() throws {
    for codes in [Int.max - 1...Int.max, Int.min...Int.min + 1] {
      let buckets = Buckets(edges: [0.0, 1, 2], codes: codes)
      #expect(try !Chart(marks: [.histogram([0.5, 1.5], buckets: buckets)]).png().isEmpty)
      #expect(Buckets(scale: 1.0, codes: codes).count == 2)
    }
  }

  @Test func `buckets of more than 65,536 codes are refused`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Buckets(scale: 1.0, codes: Int.min...Int.max)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(
      message.contains("buckets have 65,536 codes at most; got codes -9223372036854775808...9223372036"))
  }

  @Test(arguments: [Int.min, Int.max])
  func `number formats with absurd numbers of digits are drawn`(_ digits: Int) throws {
    let cells = Mark.heatMap([[0.25, 0.5]], numbers: .fixed(digits))
    #expect(try !Chart(marks: [cells]).png().isEmpty)
    let axis = Axis(format: .significant(digits))
    #expect(try !Chart(y: axis, marks: [.line(x: Self.x, y: Self.x)]).png().isEmpty)
  }

  private static func expectRefused(_ chart: Chart, saying reason: String) {
    do throws(ChartError) {
      try chart.validate()
      Issue.record("no error where “\(reason)” is expected")
    } catch { #expect(error.description.contains(reason), "\(error)") }
  }
}
