import Charting
import Foundation
import Support
import Testing

/// Numbers at the ends of what a double holds: a chart of them is drawn, or refused by an error.
@Suite struct ExtremeNumberTests {
  private static let numbers: [[Double]] = [
    [-1.7e308, 1.7e308], [-.greatestFiniteMagnitude, .greatestFiniteMagnitude], [1.7e308, 1.7e308],
    [1e308, 1.7e308], [0x1p-1074, 0x1p-1073], [0x1p-1074, 0x1p-1074], [0, 0x1p-1074],
    [-0x1p-1030, 0x1p-1030],
    [0x1p-1074, 1.7e308], [1e-308, 1e308], [2.3e-308, 2.4e-308], [1e16, 1e16 + 2], [1e300, 1e300], [0, 0],
    [1, .greatestFiniteMagnitude], [-0x1p-1074, 1.7e308],
  ]

  /// A chart of every mark with axes, of two numbers on the axes named.
  private static func charts(_ low: Double, _ high: Double) -> [Chart] {
    let (both, one) = ([low, high], [0.0, 1])
    let marks: [[Mark]] = [
      [.line(x: one, y: both, markers: true)], [.line(x: both, y: one)], [.step(x: both, y: both)],
      [.scatter(x: both, y: both, names: ["a", "b"])], [.band(x: one, low: [low, low], high: both)],
      [.bars(["a", "b"], both, numbers: .significant(3))],
      [.bars(["a", "b"], both, direction: .horizontal, numbers: .fixed(2))],
      [.histogram(both)], [.histogram(edges: both, counts: [1])],
      [.histogram(edges: [0, 1, 2], counts: both)],
      [.heatMap([both], numbers: .significant(2), label: "cells")],
      [.heatMap([both], palette: .diverging, label: "cells")],
      [
        .numberLine(levels: both, codes: ["0", "1"], points: both, snapped: [high, low], names: ["a", "b"])
      ],
      [.horizontalLine(at: low, label: "low"), .verticalLine(at: high, label: "high")],
      [.line(x: both, y: both), .diagonalLine(slope: 1e300, intercept: low, label: "steep")],
      [.region(x: min(low, high)...max(low, high), label: "region"), .line(x: one, y: one)],
      [.annotation("here", x: low, y: high)], [.imageGrid([both], width: 2)],
    ]
    let scales: [(Axis.Scale, Axis.Scale)] = [(.linear, .linear), (.log, .log), (.linear, .log)]
    let domain = min(low, high)...max(low, high)
    return marks.flatMap { marks in
      scales.map { Chart(x: Axis(scale: $0), y: Axis(scale: $1), marks: marks) }
        + scales.map {
          Chart(x: Axis(scale: $0, domain: domain), y: Axis(scale: $1, domain: domain), marks: marks)
        }
    }
  }

  @Test(arguments: numbers) func `a chart of extreme numbers is drawn or refused, and never ends the process`(
    _ numbers: [Double]
  ) throws {
    for chart in Self.charts(numbers[0], numbers[1]) {
      do throws(ChartError) {
        let layout = try chart.layout(measurer: .monospaced)
        for run in layout.textBoxes { #expect(run.x.isFinite && run.y.isFinite, "\(chart)") }
        _ = try chart.preview()
      } catch {
        #expect(!error.description.isEmpty)
      }
    }
  }

  /// The points of the line that is the panel's first mark.
  private static func points(of panel: PanelLayout) throws -> [Point] {
    let geometry = try #require(panel.marks.first).geometry
    guard case .line(let points, _) = geometry else { throw ChartError.empty("no line") }
    return points
  }

  @Test func `a line across all doubles is drawn from corner to corner`() throws {
    for reach in [1.7e308, .greatestFiniteMagnitude] {
      let chart = Chart(marks: [.line(x: [0, 1], y: [-reach, reach])])
      let panel = try #require(try chart.layout(measurer: .monospaced).panels.first)
      let points = try Self.points(of: panel)
      #expect(points[0].y > panel.plot.maxY - 20 && points[1].y < panel.plot.y + 20)
      let labels = try #require(panel.y).ticks.compactMap { $0.label.first?.text }
      #expect(labels.contains("0") && labels.contains { $0.hasSuffix("10³⁰⁸") }, "\(labels)")
      #expect(try !chart.png(scale: 0.5).isEmpty)
    }
  }

  @Test func `a logarithmic axis holds the smallest and the largest double`() throws {
    let chart = Chart(y: Axis(scale: .log), marks: [.line(x: [0, 1, 2], y: [0x1p-1074, 1, 1.7e308])])
    let panel = try #require(try chart.layout(measurer: .monospaced).panels.first)
    let points = try Self.points(of: panel)
    #expect(points[0].y > points[1].y && points[1].y > points[2].y)
    #expect(points.allSatisfy { $0.y >= panel.plot.y && $0.y <= panel.plot.maxY })
    #expect(try !chart.png(scale: 0.5).isEmpty)
  }

  @Test func `numbers too close together for a position are refused with a remedy`() throws {
    let error = #expect(throws: ChartError.self) {
      try Chart(marks: [.line(x: [0, 1], y: [0, 0x1p-1074])]).png()
    }
    #expect(error?.description.contains("the y axis: it reaches from") == true)
    #expect(error?.description.contains("multiply the numbers") == true)
  }

  private static let wild: [Double] = [.nan, .infinity, -.infinity, 1.5, -0.0]

  /// Every mark, with numbers that are not finite in every place.
  private static var marks: [Mark] {
    [
      .line(x: wild, y: wild, label: "a"), .step(x: wild, y: wild), .scatter(x: wild, y: wild),
      .band(x: wild, low: wild, high: wild), .bars(["a"], wild),
      .histogram(edges: wild, counts: wild, buckets: Buckets(edges: wild)),
      .heatMap([wild, wild], domain: -.infinity ... .infinity), .heatMap([wild]),
      .numberLine(levels: wild, points: wild, snapped: wild), .region(x: 0 ... .infinity), .region(),
      .horizontalLine(at: Double.nan), .verticalLine(at: -Double.infinity),
      .diagonalLine(slope: .infinity, intercept: .nan), .annotation("a", x: Double.nan, y: Double.infinity),
      .imageGrid([wild], width: 5, domain: 0 ... .infinity),
      .graph(nodes: [.init("a", kind: .layer)], edges: []),
    ]
  }

  /// NaN equals nothing, so what is compared is the text of the JSON, and the numbers it is made of.
  @Test func `every mark can be encoded with numbers that are not finite, and comes back`() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    for mark in Self.marks {
      let axis = Axis(
        "x", domain: -.infinity...1, ticks: [Tick(at: Double.infinity, "∞"), Tick(at: Double.nan, "?")])
      let chart = Chart(
        x: axis, y: Axis(domain: nil), size: Size(width: .infinity, height: .nan), marks: [mark])
      let data = try encoder.encode(chart)
      let copy = try JSONDecoder().decode(Chart.self, from: data)
      #expect(try encoder.encode(copy) == data, "\(mark)")
      #expect("\(copy.panels[0])" == "\(chart.panels[0])" && copy.panels[0].x.domain == axis.domain)
    }
    let text = String(decoding: try encoder.encode(Mark.line(x: Self.wild, y: Self.wild)), as: UTF8.self)
    #expect(text.contains(#""x":["NaN","Infinity","-Infinity",1.5,-0]"#), "\(text)")
  }

  /// Files written before are read as before: finite numbers are numbers, and what is missing is left out.
  @Test func `finite numbers are written as numbers, and what is nil is left out`() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let line = String(
      decoding: try encoder.encode(Chart(marks: [.horizontalLine(at: 0.5), .region(y: 0...1)])), as: UTF8.self
    )
    #expect(line.contains(#""course":{"horizontal":{"y":0.5}}"#), "\(line)")
    #expect(line.contains(#"{"region":{"_0":{"y":[0,1]}}}"#) && !line.contains("null"), "\(line)")
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Size.self, from: Data(#"{"width":"wide","height":1}"#.utf8))
    }
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Axis.self, from: Data(#"{"scale":"linear","domain":["NaN",1]}"#.utf8))
    }
  }
}
