import Charting
import TestSupport
import Testing

/// Every mark compared with its reference pixels, without text and with a fixed text width, so that no font matters.
@Suite struct MarkImageTests {
  private func draws(_ chart: Chart, _ name: String, width: Double = 360, height: Double = 200) throws {
    var chart = chart
    chart.size = Size(width: width, height: height)
    try expectImage(chart.layout(measurer: .monospaced).scene().withoutText().png(scale: 1), name)
  }

  private let x = [0.0, 1, 2, 3, 4]

  @Test func `lines have their reference pixels`() throws {
    try draws(
      Chart(marks: [
        .line(x: x, y: [0, 3, 1, 4, 2]), .line(x: x, y: [1, 1, 2, 3, 5], color: .vermilion, dash: .dashed),
        .line(x: x, y: [4, 2, 3, 1, 0], color: .green, markers: true),
      ]), "lines")
  }

  @Test func `steps have their reference pixels`() throws {
    try draws(Chart(marks: [.step(x: [0, 1, 2, 3], y: [0, 2, 1]), .diagonalLine()]), "steps")
  }

  @Test func `scatters have their reference pixels`() throws {
    try draws(
      Chart(marks: [.scatter(x: x, y: [0, 3, 1, 4, 2]), .scatter(x: x, y: [1, 1, 2, 3, 5])]), "scatters")
  }

  @Test func `bars have their reference pixels`() throws {
    try draws(
      Chart(marks: [.bars(["a", "b", "c"], series: [.init([1, 2, 3]), .init([2, -1, 1])])]), "bars")
    try draws(
      Chart(marks: [.bars(["a", "b", "c"], [0.1, 3, 100], direction: .horizontal)]), "horizontal-bars")
  }

  @Test func `a histogram over buckets has its reference pixels`() throws {
    let buckets = Buckets(scale: 1, codes: -4...4)
    try draws(
      Chart(marks: [.histogram([-3.6, -1, -1, 0, 0, 0.2, 0.4, 1, 1.2, 2], buckets: buckets)]), "histogram")
  }

  @Test func `a heat map has its reference pixels`() throws {
    try draws(Chart(marks: [.heatMap([[-1.0, 0, 1], [2, -2, 0.5]], palette: .diverging)]), "heat-map")
  }

  @Test func `a number line has its reference pixels`() throws {
    try draws(
      Chart(marks: [.numberLine(levels: [-1.0, 0, 1], points: [-0.6, 0.2, 0.5], snapped: [-1.0, 0, 0])]),
      "number-line")
  }

  @Test func `bands and regions have their reference pixels`() throws {
    try draws(
      Chart(marks: [
        .region(x: 1...2, color: .vermilion), .band(x: x, low: [0, 1, 1, 2, 3], high: [1, 3, 2, 4, 5]),
        .horizontalLine(at: 2), .verticalLine(at: 3, dash: .dotted),
      ]), "bands")
  }

  @Test func `a graph has its reference pixels`() throws {
    try draws(Gallery.graph, "graph", width: 480, height: 420)
  }

  @Test func `frames in a graph have their reference pixels`() throws {
    try draws(Gallery.wrapper, "frames", width: 640, height: 400)
  }

  @Test func `an image grid has its reference pixels`() throws {
    try draws(Chart(marks: [.imageGrid([[0.0, 1, 0.5, 0.25], [1, 0, 0, 1]], width: 2)]), "image-grid")
  }

  @Test func `logarithmic axes have their reference pixels`() throws {
    try draws(
      Chart(x: Axis(scale: .log), y: Axis(scale: .log), marks: [.line(x: [1, 10, 500], y: [0.01, 3, 20])]),
      "logarithmic")
  }
}
