import Charting
import Foundation
import PNGFiles
import Support
import Testing

@Suite struct ChartOutputTests {
  @Test(arguments: Gallery.charts.map(\.name)) func twoRendersAreTheSameBytes(_ name: String) throws {
    let chart = try #require(Gallery.charts.first { $0.name == name }).chart
    let png = try chart.png()
    #expect(try chart.png() == png)
    #expect(png.count < 60_000, "committed figures are small")
    #expect(try chart.svg() == chart.svg())
    #expect(try chart.pdf() == chart.pdf())
  }

  @Test(arguments: Gallery.charts.map(\.name)) func aChartSurvivesItsJSON(_ name: String) throws {
    let chart = try #require(Gallery.charts.first { $0.name == name }).chart
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data = try encoder.encode(chart)
    let decoded = try JSONDecoder().decode(Chart.self, from: data)
    #expect(decoded == chart)
  }

  @Test func scaleMultipliesPixels() throws {
    let chart = Gallery.sqnr
    let (one, two) = (try PNGImage(bytes: chart.png(scale: 1)), try PNGImage(bytes: chart.png()))
    #expect(one.width == 720)
    #expect((two.width, two.height) == (2 * one.width, 2 * one.height))
  }

  @Test func svgTagsAreBalanced() throws {
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

  @Test func pdfHasAFixedDateAndItsTitle() throws {
    let pdf = try Gallery.accuracy.pdf(provenance: Provenance(title: "Accuracy"))
    let text = String(decoding: pdf, as: UTF8.self)
    #expect(text.hasPrefix("%PDF-"))
    #expect(text.contains("%%EOF"))
    #expect(text.contains("(20000101000000Z)"))
    #expect(text.contains("(Accuracy)"))
  }

  @Test func aFigureIsWrittenWholeOrNotAtAll() throws {
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

  @Test func anUnwritablePathIsNamed() {
    do throws(ChartError) {
      try Gallery.sqnr.write(png: "no/such/folder/figure.png")
      Issue.record("no error")
    } catch {
      #expect(error.description == "cannot create no/such/folder/figure.png: No such file or directory")
    }
  }
}
