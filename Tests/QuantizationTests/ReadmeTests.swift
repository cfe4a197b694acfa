import Datasets
import Foundation
import Layers
import Quantization
import Support
import Tensors
import TestSupport
import Testing
import Training

/// The README's example of training and quantizing, kept from rotting.
@Suite struct ReadmeTests {
  @Test func theExampleRuns() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/run.safetensors"
    // README
    let digits = Digits.generated(count: 2000, seed: 1)
    let model = Sequential(
      [
        Conv2D(filters: 8, kernelSize: (3, 3)), BatchNormalization(), ReLU(), MaxPooling2D(),
        Flatten(), Dense(units: 10),
      ], inputShape: [28, 28, 1], seed: 1)
    let loss = Loss.sparseCategoricalCrossEntropy(fromLogits: true)
    let trainer = Trainer(model, optimizer: Adam(), loss: loss, metrics: [.accuracy])
    try trainer.fit(
      digits, epochs: 3, callbacks: [ProgressBar(), Checkpoint(path)], resumingFrom: path)

    let some = Tensor(digits.floats(of: 0..<200), shape: [200, 28, 28, 1])
    let quantized = try quantizeModel(model, calibratingOn: [some])  // the model stays as it is
    let qat = Trainer(
      quantized, optimizer: Adam(learningRate: 1e-4), loss: loss, metrics: [.accuracy])
    try qat.fit(digits, epochs: 1)
    print(quantized.explain())  // every fake-quant, and why it is there
    let dense = try quantized.integerParameters(of: "dense")  // codes, scales, bias32, multipliers
    // README
    #expect(try #require(trainer.evaluate(digits).accuracy) > 0.9)
    #expect(try #require(qat.evaluate(digits).accuracy) > 0.9)
    #expect(dense.intWeights.count == 13 * 13 * 8 * 10 && dense.intWeights.allSatisfy { abs($0) <= 127 })
  }

  /// Each row of the README's list of differences from TFMOT names the tests that show them.
  @Test func everyDifferenceFromTFMOTIsTested() throws {
    let readme = String(decoding: try AtomicFile.read("\(Checkout.root)/README.md"), as: UTF8.self)
    let lines = readme.split(separator: "\n", omittingEmptySubsequences: false)
    let section = try #require(lines.firstIndex(of: "### Where we differ from TFMOT"))
    // A heading and a rule come before the rows.
    let rows = lines[section...].drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }.dropFirst(2)
    let folder = "\(Checkout.root)/Tests"
    let tests = try ["QuantizationTests", "QuantizersTests"].flatMap { target in
      try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/\(target)").filter {
        $0.hasSuffix(".swift")
      }
      .map { try String(contentsOfFile: "\(folder)/\(target)/\($0)", encoding: .utf8) }
    }
    #expect(rows.count >= 15)
    for row in rows {
      let cells = row.split(separator: "|")
      let names = (cells.last ?? "").matches(of: #/`(\w+)`/#).map { String($0.1) }
      #expect(cells.count == 3 && !names.isEmpty, "\(row)")
      for name in names { #expect(tests.contains { $0.contains("func \(name)(") }, "\(name)") }
    }
  }

  @Test func theExampleIsTheReadmes() throws { try Checkout.expectReadmeToShow(#filePath) }
}
