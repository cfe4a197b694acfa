import Layers
import Quantization
import Quantizers
import Safetensors
import Support
import Tensors
import TestSupport
import Testing
import Training

/// What a quantized model knows beside its weights survives copies, files, errors and hand-written training.
@Suite struct StateTests {
  private let inputs = Models.batch([5], count: 16)

  private func quantized(_ scheme: QuantizeScheme = .nBit(weights: 4, activations: 8)) throws
    -> QuantizedModel
  {
    try quantizeModel(
      Models.sequential([Dense(units: 6), ReLU(), Dense(units: 3)], [5]), calibratingOn: [inputs],
      scheme: scheme)
  }

  /// A model in which the range of a kernel was assigned, three times as wide as its weights.
  private func assigned() throws -> QuantizedModel {
    let model = try quantized()
    try #require(model.quantizer("quant_dense/kernel")).range = ValueRange(-1.5, 1.5)
    return model
  }

  @Test func `an assigned range survives a calibration that fails`() throws {
    let model = try assigned()
    let outputs = model(inputs).values
    #expect(throws: QuantizationError.self) {
      try model.calibrate(on: [inputs, Tensor.filled(.infinity, shape: [1, 5])])
    }
    #expect(model(inputs).values == outputs)
  }

  @Test func `an assigned range survives a copy and a file`() throws {
    let model = try assigned()
    let outputs = model(inputs).values
    let copy = try #require(try model.copied() as? QuantizedModel)
    #expect(copy(inputs).values == outputs)
    let loaded = try quantized()
    #expect(loaded(inputs).values != outputs)
    let folder = try TemporaryFolder()
    try model.saveWeights(to: folder.path + "/weights")
    try loaded.loadWeights(from: folder.path + "/weights")
    #expect(loaded(inputs).values == outputs)
  }

  @Test func `an assigned range survives a step whose loss is not finite`() throws {
    let model = try assigned()
    let outputs = model(inputs).values
    let trainer = Trainer(model, optimizer: SGD(), loss: .meanSquaredError)
    let step = trainer.step(inputs: inputs, targets: .values(.filled(.infinity, shape: [16, 3])))
    #expect(!step.loss.isFinite && model(inputs).values == outputs)
  }

  @Test(arguments: BatchNormFolding.allCases)
  func `after a step by hand, weightsChanged stores the ranges that freezing keeps`(
    _ folding: BatchNormFolding
  ) throws {
    var scheme = QuantizeScheme.nBit(weights: 3, activations: 8)
    scheme.batchNormFolding = folding
    let model = try quantizeModel(
      Models.sequential([Dense(units: 6), BatchNormalization(), ReLU(), Dense(units: 3)], [5]),
      calibratingOn: [inputs], scheme: scheme)
    for weight in model.trainableWeights where weight.name.hasSuffix("kernel") {
      weight.value = weight.value * 3
    }
    let outputs = model(inputs).values
    model.weightsChanged()
    for (_, quantizer) in model.quantizers { quantizer.phase = .frozen }
    #expect(model(inputs).values == outputs)
  }

  @Test(arguments: ["step", "clip"]) func `a model whose learned step is NaN can still be described`(
    _ variable: String
  ) throws {
    var scheme = QuantizeScheme.nBit(weights: 4, activations: 4, learnedSteps: true)
    if variable == "clip" { scheme.activations = { LearnedClipQuantizer(QuantizerFormat(bitWidth: 4)) } }
    let model = try quantized(scheme)
    let learned = model.weights.filter { $0.name.lowercased().hasSuffix(variable) }
    try #require(!learned.isEmpty)
    for weight in learned { weight.value = .filled(.nan, shape: weight.shape) }
    let path = try #require(model.quantizers.first { $0.quantizer.range?.low[0].isNaN == true }?.path)
    #expect(model.warnings.contains(.rangeNotFinite(tensor: path)))
    #expect(model.description.contains("no finite range"))
    #expect(
      model.explain().contains("\(path) has no finite range, because what its quantizer learns became NaN"))
    #expect("\(try #require(model.quantizer(path)))".hasSuffix("no finite range"))
    #expect(model(inputs).values.contains { $0.isNaN })
    _ = model.operations
    #expect(throws: QuantizationError.self) { try model.integerParameters(of: "dense") }
  }

  @Test func `a learned step whose range overflows runs, and converts to an error at most`() throws {
    let model = try quantized(.nBit(weights: 4, activations: 4, learnedSteps: true))
    let variable = try #require(model.quantizer("quant_re_lu/output")).variable("logStep")
    variable.value = Tensor(87.5)
    #expect(model(inputs).shape == [16, 3] && model(inputs, training: true).shape == [16, 3])
  }

  @Test func `a file of steps is not read as one of their logarithms, and the error says why`() throws {
    var scheme = QuantizeScheme.nBit(weights: 4, activations: 4, learnedSteps: true)
    let logarithms = try quantized(scheme)
    scheme.weights = { _ in LearnedStepQuantizer(QuantizerFormat(bitWidth: 4, symmetric: true)) }
    scheme.activations = { LearnedStepQuantizer(QuantizerFormat(bitWidth: 4)) }
    let folder = try TemporaryFolder()
    try quantized(scheme).saveWeights(to: folder.path + "/steps")
    let error = #expect(throws: SafetensorsError.self) {
      try logarithms.loadWeights(from: folder.path + "/steps")
    }
    #expect(error?.description.contains("by its logarithm") == true, "\(error?.description ?? "")")
  }

  @Test func `weights that are not finite have no integers`() throws {
    for name in ["kernel", "bias"] {
      let model = try quantized()
      let weight = try #require(model.layer("quant_dense").namedWeights.first { $0.path.hasSuffix(name) })
      weight.variable.value = .filled(.nan, shape: weight.variable.shape)
      let error = #expect(throws: QuantizationError.self) { try model.integerParameters(of: "dense") }
      #expect(
        error?.description
          == "dense has no integer parameters: its \(name) holds nan: look for what made it, such as "
          + "a training that diverged")
    }
  }

  @Test func `a batch size beyond the number of examples is one batch`() throws {
    let examples = TensorExamples(inputs: inputs, targets: .classes((0..<16).map { $0 % 3 }))
    let float = Models.sequential([Dense(units: 3)], [5])
    let whole = try quantizeModel(float, calibratingOn: examples, batchSize: .max)
    #expect(whole.weightBits == (try quantizeModel(float, calibratingOn: [inputs])).weightBits)
    let trainer = Trainer(float, optimizer: SGD(), loss: .sparseCategoricalCrossEntropy(fromLogits: true))
    #expect(try trainer.fit(examples, epochs: 1, batchSize: .max).epochs.count == 1)
    #expect(trainer.evaluate(examples, batchSize: .max).loss.isFinite)
  }
}
