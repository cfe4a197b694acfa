import Charting
import FixedPoint
import Foundation
import IntegerInference
import Support
import TFLiteFiles
import TestSupport
import Testing
import Weaver

@testable import ModelCommand

/// The commands on files that others made.
@Suite(.enabled(if: DataFolder.models != nil, "name the folder of the .tflite files in QAT_MODELS"))
struct RealModelTests {
  static let integers = [
    "ad01_int8", "hello_world_int8", "kws_ref_model", "micro_speech_quantized", "person_detect",
    "pretrainedResnet_quant",
  ]
  let folder: String

  init() throws { folder = try #require(DataFolder.models) }

  private func model(_ name: String, _ arithmetic: IntegerArithmetic? = nil) throws -> IntegerModel {
    try ModelFile(path: "\(folder)/\(name).tflite").model(arithmetic)
  }

  private func run(_ arguments: String...) throws -> Executables.Outcome {
    try Executables.builtWithTests.run("qat-model", arguments, in: folder)
  }

  @Test(arguments: integers) func `what inspect and compare print fits eighty columns`(_ name: String) throws
  {
    let inspection = Inspection(of: try model(name))
    for text in [inspection.text] + inspection.operations.map(\.text) { CommandTests.expectNarrow(text) }
    let decoded = try JSONDecoder().decode(Inspection.self, from: Data(inspection.json.utf8))
    #expect(decoded == inspection)
    let first = try model(name, .tflite)
    let (codes, examples) = try InputArguments.parse(["--examples", "3"]).codes(for: first, examples: 1)
    let comparison = try ModelComparison(first, model(name, .xnnpack), on: codes, examples: examples)
    CommandTests.expectNarrow(comparison.text)
    #expect(try JSONDecoder().decode(ModelComparison.self, from: Data(comparison.json.utf8)) == comparison)
  }

  @Test(arguments: integers) func `the commands run`(_ name: String) throws {
    for arguments in [
      ["inspect", "\(name).tflite"], ["inspect", "\(name).tflite", "--operation", "2"],
      ["run", "\(name).tflite"], ["compare", "\(name).tflite", "--examples", "2"],
    ] {
      let outcome = try Executables.builtWithTests.run("qat-model", arguments, in: folder)
      #expect(outcome.status == 0, "\(outcome.output)")
      CommandTests.expectNarrow(outcome.output)
    }
  }

  @Test(arguments: ["kws_ref_model_float32", "pretrainedResnet"])
  func `a model of floating-point numbers is listed by inspect and refused by the others`(_ name: String)
    throws
  {
    let file = "\(name).tflite"
    let listing = try run("inspect", file)
    #expect(listing.status == 0 && listing.output.hasPrefix("\(file), "))
    #expect(
      listing.output.contains("CONV_2D") && listing.output.contains("Not an integer model that runs here"))
    CommandTests.expectNarrow(listing.output)
    let json = try run("inspect", file, "--json")
    let decoded = try JSONDecoder().decode(FileListing.self, from: Data(json.output.utf8))
    #expect(decoded.subgraphs[0].operators[0].name == "CONV_2D" && decoded.problem.contains("FLOAT32"))
    let target = try TemporaryFolder()
    for command in [
      ["run"], ["compare"], ["bench"], ["inspect", "--operation", "0"],
      ["chart", "--to", target.path + "/new"],
    ] {
      let outcome = try Executables.builtWithTests.run(
        "qat-model", [command[0], file] + command.dropFirst(), in: folder)
      #expect(
        outcome.status == 1 && outcome.output.contains("full integer quantization"), "\(outcome.output)")
    }
    #expect(!FileManager.default.fileExists(atPath: target.path + "/new"))
  }

  @Test func `the keyword spotter's numbers`() throws {
    let inspection = Inspection(of: try model("kws_ref_model"))
    // 125 pixels of 64 channels by 10·4 weights; 4 depthwise layers by 3·3; 4 pointwise ones by 64; 12 by 64.
    let perOutput = 40 + 4 * 9 + 4 * 64
    #expect(inspection.multiplyAdds == 8_000 * perOutput + 768)
    #expect(inspection.warnings.isEmpty)
  }

  @Test(arguments: integers) func `every chart of the overview is drawn`(_ name: String) throws {
    let model = try model(name)
    let (codes, examples) = try InputArguments.parse(["--examples", "1"]).codes(for: model, examples: 1)
    let use = try CodeUse(model, on: codes, examples: examples)
    for (index, operation) in model.operations.enumerated() {
      #expect(use.counts[index].reduce(0, +) == operation.count)
    }
    for figure in ModelFigure.overview(of: model, use: use) {
      let layout = try figure.chart.layout()
      // A title of two lines is too long for the page.
      #expect(layout.title.count == 1, "\(figure.name)")
      #expect(layout.size.height <= 8000)
    }
  }

  @Test func `the page about models shows what the commands print`() throws {
    let page = String(
      decoding: try AtomicFile.read("\(Checkout.root)/Documentation/Models.md"), as: UTF8.self)
    var shown = 0
    for block in page.split(separator: "```\n$ qat-model ").dropFirst() {
      let lines = block.prefix { $0 != "`" }.split(separator: "\n", omittingEmptySubsequences: false)
        .dropLast()
      let call = lines[0].split(separator: " ").map { String($0).replacing("models/", with: "") }
      guard ["inspect", "run", "compare"].contains(call[0]) else { continue }
      let outcome = try Executables.builtWithTests.run("qat-model", call, in: folder)
      #expect(outcome.output == lines.dropFirst().joined(separator: "\n") + "\n", "\(call)")
      shown += 1
    }
    #expect(shown == 4)
  }
}
