import Charting
import Foundation
import PNGFiles
import Support
import Testing

@Suite struct ChartOutputTests {
  @Test(arguments: Gallery.charts.map(\.name)) func `two renderings of a chart are the same bytes`(
    _ name: String
  ) throws {
    let chart = try #require(Gallery.charts.first { $0.name == name }).chart
    let png = try chart.png()
    #expect(try chart.png() == png)
    #expect(png.count < 60_000, "committed figures are small")
    #expect(try chart.svg() == chart.svg())
    #expect(try chart.pdf() == chart.pdf())
  }

  @Test(arguments: Gallery.charts.map(\.name)) func `a chart survives a round trip through JSON`(
    _ name: String
  ) throws {
    let chart = try #require(Gallery.charts.first { $0.name == name }).chart
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data = try encoder.encode(chart)
    let decoded = try JSONDecoder().decode(Chart.self, from: data)
    #expect(decoded == chart)
  }

  @Test(arguments: Gallery.charts.map(\.name))
  func `a layout is painted the same after a round trip through JSON`(_ name: String) throws {
    let chart = try #require(Gallery.charts.first { $0.name == name }).chart
    let layout = try chart.layout(measurer: .monospaced)
    let decoded = try JSONDecoder().decode(ChartLayout.self, from: JSONEncoder().encode(layout))
    #expect(decoded == layout)
    #expect(decoded.scene() == layout.scene())
  }

  @Test func `the scale of a PNG multiplies its pixels`() throws {
    let chart = Gallery.sqnr
    let (one, two) = (try PNGImage(bytes: chart.png(scale: 1)), try PNGImage(bytes: chart.png()))
    #expect(one.width == 720)
    #expect((two.width, two.height) == (2 * one.width, 2 * one.height))
  }

  @Test func `the tags of an SVG are balanced`() throws {
    let svg = try Gallery.accuracy.svg(provenance: Provenance(title: "a < b", description: "up & down"))
    #expect(svg.hasPrefix("<?xml"))
    #expect(svg.contains("<title>a &lt; b</title>\n<desc>up &amp; down</desc>"))
    var open: [Substring] = []
    for part in svg.split(separator: "<").dropFirst() where part.first != "!" && part.first != "?" {
      let tag = try #require(part.split(separator: ">", omittingEmptySubsequences: false).first)
      let name = tag.drop { $0 == "/" }.prefix { $0 != " " && $0 != "/" }
      if tag.first == "/" {
        #expect(open.popLast() == name)
      } else if tag.last != "/" {
        open.append(name)
      }
    }
    #expect(open.isEmpty)
  }

  @Test func `a PDF has a fixed date and the title of the figure`() throws {
    let pdf = try Gallery.accuracy.pdf(provenance: Provenance(title: "Accuracy"))
    let text = String(decoding: pdf, as: UTF8.self)
    #expect(text.hasPrefix("%PDF-"))
    #expect(text.contains("%%EOF"))
    #expect(text.contains("(20000101000000Z)"))
    #expect(text.contains("(Accuracy)"))
  }

  @Test func `a figure is written whole or not at all`() throws {
    let folder = NSTemporaryDirectory() + "charting-\(getpid())"
    try AtomicFile.createFolder(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/figure.png"
    try Gallery.sqnr.write(png: path, provenance: Provenance(seed: "1"))
    let before = try AtomicFile.read(path)
    #expect(throws: ChartError.self) { try Chart(marks: [.line(x: [0], y: [Double.nan])]).write(png: path) }
    #expect(try AtomicFile.read(path) == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["figure.png"])
    #expect(try PNGImage(path: path).provenance.seed == "1")
  }

  @Test func `an error of writing names the path`() {
    do throws(ChartError) {
      try Gallery.sqnr.write(png: "no/such/folder/figure.png")
      Issue.record("no error")
    } catch {
      #expect(error.description == "cannot create no/such/folder/figure.png: No such file or directory")
    }
  }

  @Test func `a printed chart shows its title, its size and a line for each panel`() {
    #expect(
      "\(Gallery.staircase)" == """
        chart “Rounding makes a staircase; its error is a sawtooth”, 720 points wide
          panel 1: region “clipped”, reference line “float”, step “3 bits” (7 points)
          panel 2: reference line “+Δ/2”, reference line “−Δ/2”, line (241 points)
        """)
    var chart = Chart(
      title: "Two\nlines", size: Size(width: 720, height: 1500), marks: Gallery.graph.panels[0].marks)
    #expect("\(chart)" == "chart “Two lines”, 720 × 1500 points\n  graph (7 nodes, 6 edges)")
    chart.panels = []
    #expect("\(chart)" == "chart “Two lines”, 720 × 1500 points")
  }

  @Test func `a printed panel shows its title and its first six marks`() {
    let line = Mark.line(x: [0, 1], y: [0, 1])
    #expect(
      "\(Panel(title: "p", marks: Array(repeating: line, count: 8)))"
        == "panel “p”: " + Array(repeating: "line (2 points)", count: 6).joined(separator: ", ")
        + " and 2 more")
    #expect("\(Panel(marks: []))" == "panel: no marks")
  }

  @Test func `a printed mark shows its kind, its label and its size`() {
    let marks: [(mark: Mark, text: String)] = [
      (.scatter(x: [1], y: [1], label: "one"), "scatter “one” (1 point)"),
      (.band(x: [0, 1], low: [0, 1], high: [1, 2]), "band (2 points)"),
      (.bars(["a", "b"], [1, 2], label: "int8"), "bars “int8” (2)"),
      (.bars(["a", "b"], series: [.init([1, 2], label: "p"), .init([3, 4])]), "bars (2 × 2 series)"),
      (.histogram([1, 2, 3], bins: 5, label: "w"), "histogram “w” (5 bins)"),
      (.heatMap([[1, 2, 3], [4, 5, 6]], label: "q"), "heat map “q” (2 × 3)"),
      (.numberLine(levels: [0, 1, 2], points: [0.4], snapped: [0]), "number line (3 levels, 1 point)"),
      (.annotation("here", x: 0, y: 0), "annotation “here”"),
      (.imageGrid([[0, 1, 0, 1]], width: 2), "image grid (1 image)"),
    ]
    for (mark, text) in marks { #expect("\(mark)" == text) }
  }

  @Test func `pixels of images are one picture in an SVG, and rectangles of the same colours in a PNG`()
    throws
  {
    let pixels = (0..<400).map { Double($0 % 7) }
    let chart = Chart(marks: [.imageGrid([pixels, pixels.reversed()], width: 20)])
    let svg = try chart.svg()
    #expect(svg.components(separatedBy: "<image").count == 3)
    #expect(svg.components(separatedBy: "<path").count < 40, "800 pixels are no paths")
    #expect(svg.utf8.count < 20_000)
  }
}
