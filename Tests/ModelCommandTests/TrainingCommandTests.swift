import Foundation
import IntegerInference
import KerasFiles
import ONNXFiles
import QAT
import Support
import TFLiteFiles
import TestSupport
import Testing
import Weaver

@testable import ModelCommand

extension Trait where Self == ConditionTrait {
  /// Skips a test where the package was built without the libraries that read Keras files.
  static var needsKeras: Self {
    .enabled(if: KerasFile.isAvailable, "needs HDF5 and libzip: apt-get install libhdf5-dev libzip-dev")
  }
}

/// A Keras file on its way to a file that a runtime executes, by commands and from Swift.
@Suite(.needsKeras) struct TrainingCommandTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A network in the manner of MobileNetV2 for pixels of 0 to 255, by Keras 3, which no one has trained.
  private static let mobile = "\(Checkout.root)/Tests/KerasFilesTests/Fixtures/models/mobile.keras"

  private func run(_ arguments: [String], errors: Bool = false) throws -> Executables.Outcome {
    try Executables.builtWithTests.run(
      "qat-model", arguments, in: folder.path, environment: ["COLUMNS": "80"], errors: errors)
  }

  private func path(_ name: String) -> String { "\(folder.path)/\(name)" }

  /// The codes of a file's outputs for the digits of a seed.
  private func codes(_ name: String, arithmetic: IntegerArithmetic) throws -> [Int8] {
    let model = try ModelFile(path: path(name)).model(arithmetic)
    let pixels = Digits.generated(count: 50, seed: 9).floats().map { $0 * 255 }
    let grid = model.operations[model.inputs[0]].grid
    return IntegerSession(model, maximumBatch: 50).codes(grid.quantizeToInt8(pixels), examples: 50)
  }

  @Test(arguments: ["m.tflite", "m.onnx", "m.safetensors"])
  func `a Keras file becomes a file of integers that come close to it`(_ name: String) throws {
    let options = ["--calibrate", "digits:100", "--pixels", "0:255", "--to", path(name)]
    let text = try run(["quantize", Self.mobile] + options)
    #expect(text.status == 0 && text.output.contains("✓ \(path(name)): "), "\(text.output)")
    CommandTests.expectNarrow(text.output)
    let json = try run(["quantize", Self.mobile, "--json"] + options)
    let result = try JSONDecoder().decode(QuantizeCommand.Result.self, from: Data(json.output.utf8))
    let output = try #require(result.comparison.outputs.first)
    #expect(result.comparison.examples == 100 && output.width == 10 && output.decibels > 20)
    #expect(output.sameAnswers >= 60, "an untrained network has close answers")
    let kernels = try ModelFile(path: path(name)).model().operations.count { $0.kernel != nil }
    #expect(kernels == result.report.operations.count { $0.weightBits != nil })
  }

  @Test func `integers in two formats have the same codes, and so have files that were converted`() throws {
    for (name, more) in [("a.tflite", ["--runtime", "xnnpack"]), ("b.onnx", []), ("c.safetensors", [])] {
      let made = try run(
        ["quantize", Self.mobile, "--calibrate", "digits:100", "--pixels", "0:255", "--to", path(name)] + more
      )
      #expect(made.status == 0, "\(made.output)")
    }
    #expect(try codes("a.tflite", arithmetic: .xnnpack) == codes("c.safetensors", arithmetic: .xnnpack))
    #expect(try codes("a.tflite", arithmetic: .onnxRuntime) == codes("b.onnx", arithmetic: .onnxRuntime))
    for (from, to) in [("a.tflite", "d.onnx"), ("b.onnx", "e.tflite"), ("d.onnx", "f.safetensors")] {
      let converted = try run(["convert", path(from), "--to", path(to)])
      #expect(converted.status == 0 && converted.output.contains("✓"), "\(converted.output)")
      CommandTests.expectNarrow(converted.output)
      #expect(try codes(from, arithmetic: .onnxRuntime) == codes(to, arithmetic: .onnxRuntime))
    }
    let crossed = try run(["convert", path("a.tflite"), "--to", path("g.onnx")]).output.replacing(
      "\n", with: " ")
    #expect(
      crossed.contains("output codes differ from those of tflite") || crossed.contains("every output code"))
  }

  @Test func `training through the rounding learns, and a training that ended is not trained again`() throws {
    let options = [
      "train", Self.mobile, "--data", "digits:1500", "--pixels", "0:255", "--epochs", "8", "--learning-rate",
      "0.01",
      "--to", path("m.tflite"), "--checkpoint", path("run.safetensors"), "--log",
      path("log.csv"),
    ]
    let first = try run(options, errors: true)
    #expect(first.status == 0 && first.output.contains("epoch 8/8"), "\(first.output)")
    let json = try run(options + ["--json"])
    #expect(!json.output.contains("epoch 8/8"), "the checkpoint has all epochs")
    let result = try JSONDecoder().decode(TrainCommand.Result.self, from: Data(json.output.utf8))
    #expect(result.stages.map(\.name) == ["floats", "quantized", "trained", "integers"])
    #expect(result.stages[0].metric < 0.3 && result.stages[3].metric > 0.6, "\(result.stages)")
    // What is simulated is what runs.
    #expect(abs(result.stages[2].metric - result.stages[3].metric) < 1e-6)
    for line in result.stages { #expect(first.output.contains("\(line.name) "), "\(line)") }
    #expect(try AtomicFile.read(path("log.csv")).count { $0 == UInt8(ascii: "\n") } == 9)
  }

  @Test func `values are trained by the squared error, and files of other models are refused`() throws {
    let images = ModelInputsTests.npy("|u1", [6, 28, 29], [UInt8](repeating: 7, count: 6 * 28 * 29))
    let input = try folder.write(images, as: "x.npy")
    let labels = try folder.write(ModelInputsTests.npy("|u1", [6], [0, 1, 2, 3, 4, 12]), as: "y.npy")
    func refusal(_ arguments: [String]) throws -> String {
      let outcome = try run(arguments, errors: true)
      #expect(outcome.status != 0)
      return outcome.output.replacing("\(folder.path)/", with: "").replacing("\n", with: " ")
    }
    let train = ["train", Self.mobile, "--to", path("m.tflite"), "--data"]
    #expect(
      try refusal(train + [input]).contains("x.npy: its shape is 6×28×29; the input image reads 28×28×1"))
    let whole = try folder.write(
      ModelInputsTests.npy("|u1", [6, 28, 28, 1], [UInt8](repeating: 7, count: 6 * 784)), as: "x.npy")
    #expect(try refusal(train + [whole]).contains("x.npy: its examples have no labels; give --labels FILE"))
    #expect(
      try refusal(train + [whole, "--labels", labels]).contains("it has the class 12; the model's output, 10")
    )
    #expect(
      try refusal(["train", input, "--data", "digits", "--to", "m.tflite"]).contains("it is no model file"))
    let quantized = try run(
      ["quantize", Self.mobile, "--calibrate", "digits:20", "--pixels", "0:255", "--to", path("m.qat")])
    #expect(quantized.status == 0)
    #expect(
      try refusal(["quantize", path("m.qat"), "--calibrate", "digits", "--to", "m.tflite"])
        .contains("m.qat: it is no Keras model"))
    #expect(
      try refusal(["run", Self.mobile]).contains(
        "it is a Keras model of floating-point numbers, and this command"))
    #expect(try refusal(["convert", Self.mobile, "--to", "m.onnx"]).contains("qat-model quantize"))
  }

  @Test func `nothing is written over what is read, nor twice to one file`() throws {
    let copy = path("copy.keras")
    try FileManager.default.copyItem(atPath: Self.mobile, toPath: copy)
    let before = try AtomicFile.read(copy)
    let train = ["train", copy, "--data", "digits:100", "--epochs", "1", "--to", path("m.tflite")]
    for more in [
      ["--log", copy], ["--checkpoint", copy], ["--log", path("x"), "--checkpoint", "\(folder.path)/./x"],
      ["--log", path("m.tflite")],
    ] {
      let outcome = try run(train + more, errors: true)
      #expect(outcome.status == 64 && outcome.output.contains("would overwrite"), "\(outcome.output)")
    }
    #expect(try AtomicFile.read(copy) == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["copy.keras"])
  }

  @Test func `the checkpoint of a training with another option is refused by its name`() throws {
    let options = [
      "train", Self.mobile, "--data", "digits:100", "--pixels", "0:255", "--epochs", "1", "--checkpoint",
      path("run"),
    ]
    let first = try run(options + ["--to", path("m.tflite")], errors: true)
    #expect(first.status == 0, "\(first.output)")
    for (more, name) in [
      (["--scheme", "w4a8"], "--scheme W8A8, and here it is W4A8"),
      (["--learning-rate", "0.5"], "--learning-rate"),
      (["--runtime", "xnnpack"], "--runtime tflite, and here it is xnnpack"),
      (
        ["--convolutions", "winograd"],
        "its convolution algorithm is \"direct\", and here it is \"winograd\""
      ),
    ] {
      let other = try run(options + more + ["--to", path("n.tflite")], errors: true)
      let text = other.output.replacing("\n", with: " ")
      #expect(other.status == 1 && text.contains("holds another training: \(name)"), "\(text)")
    }
    let again = try run(options + ["--to", path("n.tflite")], errors: true)
    #expect(again.output.contains("is complete: nothing was left to train"), "\(again.output)")
    #expect(try AtomicFile.read(path("n.tflite")) == AtomicFile.read(path("m.tflite")))
  }

  @Test func `probabilities are trained by the cross-entropy of logits`() throws {
    let digits = Digits.generated(count: 300, seed: 3)
    let pixels = try folder.write(
      ModelInputsTests.npy("|u1", [300, 28, 28], Array(digits.pixels)), as: "x.npy")
    let rows = digits.labels.flatMap { label in (0..<10).map { $0 == Int(label) ? Float(1) : 0 } }
    let hot = try folder.write(
      ModelInputsTests.npy("<f4", [300, 10], ModelInputsTests.floats(rows)), as: "hot.npy")
    let classes = try folder.write(ModelInputsTests.npy("|u1", [300], digits.labels), as: "classes.npy")
    func stages(_ labels: String) throws -> [TrainCommand.Stage] {
      let json = try run([
        "train", Self.mobile, "--data", pixels, "--labels", labels, "--pixels", "0:255", "--epochs", "2",
        "--json",
        "--to", path("m.tflite"),
      ])
      return try JSONDecoder().decode(TrainCommand.Result.self, from: Data(json.output.utf8)).stages
    }
    let (byRows, byClasses) = (try stages(hot), try stages(classes))
    #expect(
      byRows.map(\.metricName) == byClasses.map(\.metricName)
        && byRows.map(\.metric) == byClasses.map(\.metric))
  }

  @Test func `a model that divides its inputs by 255 is told so if pixels are 0 to 1`() throws {
    let options = ["quantize", Self.mobile, "--calibrate", "digits:20", "--to", path("m.tflite")]
    #expect(try run(options).output.contains("give --pixels 0:255"))
    #expect(try !run(options + ["--pixels", "0:255"]).output.contains("--pixels"))
  }

  @Test func `the README's way from Keras to two runtimes runs`() throws {
    let (path, tflite, onnx) = (Self.mobile, self.path("m.tflite"), self.path("m.onnx"))
    let images = Digits.generated(count: 400, seed: 1)
    // Deploying
    let model = try Model(keras: path)  // .keras or .h5, with its weights
    let scheme = QuantizeScheme.nBit(weights: 4, activations: 8)  // or .tflite8Bit, .xnnpack8Bit, …
    let quantized = try quantizeModel(model, calibratingOn: images.prefix(200), scheme: scheme)
    let trainer = Trainer(
      quantized, optimizer: Adam(learningRate: 1e-4), loss: .sparseCategoricalCrossEntropy(),
      metrics: [.accuracy])
    try trainer.fit(images, epochs: 3, callbacks: [ProgressBar()])
    try convert(quantized).model.write(toTFLite: tflite)
    let integers = try convert(quantized, arithmetic: .onnxRuntime).model
    try integers.write(toONNX: onnx)
    // Deploying
    let pixels = images.floats(of: 0..<50)
    let read = IntegerSession(try IntegerModel(onnx: onnx), maximumBatch: 50)
    #expect(read.classes(pixels) == IntegerSession(integers, maximumBatch: 50).classes(pixels))
    let file = IntegerSession(try ModelFile(path: tflite).model(), maximumBatch: 50)
    #expect(file.classes(pixels) == quantized.predict(images.prefix(50)).argmax())
  }

  @Test func `the README shows this way`() throws {
    try Checkout.expectPageToShow(#filePath, mark: "Deploying")
  }
}
