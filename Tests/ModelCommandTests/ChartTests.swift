import Charting
import Foundation
import IntegerInference
import PNGFiles
import Support
import TestSupport
import Testing
import Weaver

@testable import ModelCommand

/// What `chart` draws, and writes whole or not at all.
@Suite struct ChartTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func kernel(_ codes: [Int8], bits: Int = 8, scales: [Float] = [1]) -> IntegerKernel {
    IntegerKernel(
      shape: [codes.count / 2, 2], intWeights: codes, bitWidth: bits, scales: scales, bias32: [0, 0])
  }

  private func histogram(_ panel: Panel) throws -> Mark.Histogram {
    guard case .histogram(let histogram) = try #require(panel.marks.first) else {
      throw CocoaError(.featureUnsupported)
    }
    return histogram
  }

  @Test func `weights stand over the 255 buckets of their codes`() throws {
    let histogram = try histogram(kernel([-127, 0, 0, 127]).weightPanel(nil, isSmall: false))
    #expect(histogram.counts.count == 255 && histogram.edges.first == -127.5 && histogram.edges.last == 127.5)
    #expect(histogram.counts[0] == 1 && histogram.counts[127] == 2 && histogram.counts[254] == 1)
    #expect(histogram.buckets?.used.filter { $0 }.count == 3)
    // A weight of −128 has a bucket where there is one; four bits have 15.
    #expect(try self.histogram(kernel([-128, 0]).weightPanel(nil, isSmall: true)).buckets?.count == 256)
    #expect(
      try self.histogram(kernel([-7, 7], bits: 4).weightPanel(nil, isSmall: true)).buckets?.count == 15)
  }

  @Test func `the range of a channel is in real numbers, from its smallest to its largest weight`() throws {
    let panel = kernel([-4, 10, 3, 20], scales: [0.5, 0.25]).rangePanel(nil, isSmall: false)
    guard case .band(let band) = try #require(panel.marks.first) else {
      throw CocoaError(.featureUnsupported)
    }
    #expect(band.x == [-0.5, 0.5, 0.5, 1.5])
    #expect(band.low == [-2, -2, 2.5, 2.5] && band.high == [1.5, 1.5, 5, 5])
  }

  @Test func `the use of codes counts every output of every example`() throws {
    let model = try TinyModels.model([
      TinyModels.input([1]), TinyModels.dense("double", [[2]], scale: 1, reading: 0, range: 0...127),
    ])
    let codes = (0..<40).map { Int8($0 - 20) }
    let use = try CodeUse(model, on: [codes], examples: 40)
    #expect(use.counts[0].filter { $0 == 1 }.count == 40)
    // −20 to 0 give 0, the others 2, 4, …, 38.
    #expect(use.counts[1][128] == 21 && use.counts[1][128 + 38] == 1 && use.counts[1][128 + 37] == 0)
    #expect(
      use.summary(of: 1) == "20 codes, 52\u{A0}% are 0" || use.summary(of: 1) == "20 codes, 53\u{A0}% are 0")
    #expect(try self.histogram(use.panel("x", of: 1, isSmall: true)).buckets?.used[128 + 37] == false)
  }

  @Test func `the graph has a box for each operation, and every branch`() throws {
    let model = try TinyModels.model([
      TinyModels.input([1], named: "left"), TinyModels.input([1], named: "right"),
      IntegerOperation(
        name: "sum", kind: .add(activationRange: -128...127), inputs: [0, 1], shape: [1],
        grid: TinyModels.grid(1)),
      TinyModels.dense("last", [[1], [2]], scale: 1, reading: 2),
    ])
    let chart = try #require(Chart.graphs(of: model).first)
    guard case .graph(let graph) = try #require(chart.panels.first?.marks.first) else {
      throw NoGraph()
    }
    #expect(
      graph.nodes.map(\.label) == [
        "0 input\n→ 1", "1 input\n→ 1", "2 add\n→ 1", "3 dense\n1×2 · W8\n→ 2", "output",
      ])
    #expect(graph.edges.map { "\($0.from)-\($0.to)" } == ["0-2", "1-2", "2-3", "3-output 0"])
  }

  @Test func `a long graph is cut into columns that go on from one another`() throws {
    var operations = [try TinyModels.input([1])]
    for index in 1...20 {
      operations.append(try TinyModels.dense("dense \(index)", [[1]], scale: 1, reading: index - 1))
    }
    let chart = try #require(Chart.graphs(of: try TinyModels.model(operations)).first)
    #expect(chart.panels.count == 2)
    guard case .graph(let second) = try #require(chart.panels.last?.marks.first) else { throw NoGraph() }
    #expect(second.nodes.first?.label == "continued" && second.nodes.last?.label == "output")
  }

  @Test func `a graph of many columns has several charts, each of which a PNG holds`() throws {
    var operations = [try TinyModels.input([1])]
    for index in 1...900 {
      operations.append(try TinyModels.dense("dense \(index)", [[1]], scale: 1, reading: index - 1))
    }
    let charts = Chart.graphs(of: try TinyModels.model(operations))
    #expect(charts.count > 1 && charts.allSatisfy(\.fitsPNG))
    for chart in charts {
      #expect(try !chart.png(provenance: Provenance(title: nil, description: "", source: "")).isEmpty)
    }
  }

  private func chart(_ arguments: String...) throws -> Executables.Outcome {
    let path = "\(folder.path)/small.qat"
    try TinyModels.reading([2, 2, 1]).write(to: path)
    return try Executables.builtWithTests.run("qat-model", ["chart", path] + arguments, in: folder.path)
  }

  private func files(_ name: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/\(name)").sorted()
  }

  @Test(arguments: ["png", "svg", "pdf"]) func `every format is written, the same bytes each time`(
    _ format: String
  ) throws {
    let run = try chart("--to", "new/figures", "--format", format, "--examples", "2")
    let names = ["codes", "graph", "ranges", "weights"].map { "\($0).\(format)" }
    #expect(run.status == 0, "\(run.output)")
    let printed = run.output.replacing("new/figures/", with: "").split(separator: "\n").map(String.init)
    #expect(printed.sorted() == names)
    #expect(try files("new/figures") == names)
    _ = try chart("--to", "again/", "--format", format, "--examples", "2")
    for name in names {
      let bytes = try AtomicFile.read("\(folder.path)/again/\(name)")
      #expect(try AtomicFile.read("\(folder.path)/new/figures/\(name)") == bytes)
      let start: [UInt8] = format == "png" ? [0x89, 0x50] : Array((format == "svg" ? "<?xml" : "%PDF").utf8)
      #expect(bytes.starts(with: start))
    }
  }

  @Test func `a PNG says which model it shows`() throws {
    _ = try chart("--to", "figures", "--operation", "2")
    #expect(try files("figures") == ["operation-2-ranges.png", "operation-2-weights.png"])
    let provenance = try PNGImage(path: "\(folder.path)/figures/operation-2-weights.png").provenance
    #expect(provenance.title == "2 dense 4×2: the weights over 255 buckets" && provenance.data == "small.qat")
    let digest = SHA256.hex(try AtomicFile.read("\(folder.path)/small.qat"))
    #expect(provenance.inputs == "SHA-256 \(digest)")
  }

  @Test func `nothing is written if an input is wrong, and a folder that cannot be made is told`() throws {
    let wrong = try folder.write(ModelInputsTests.npy("|i1", [3], [1, 2, 3]), as: "wrong.npy")
    let refused = try chart("--to", "figures", "--input", wrong)
    #expect(refused.status == 1 && refused.output.contains("its shape is 3"))
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/figures"))
    let blocked = try chart("--to", "wrong.npy")
    #expect(
      blocked.status == 1 && blocked.output.hasPrefix("Error: cannot create the folder wrong.npy"),
      "\(blocked.output)")
  }
}

/// A chart's first mark is no graph.
private struct NoGraph: Error {}
