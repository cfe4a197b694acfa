import Datasets
import Layers
import Quantization
import Quantizers
import Safetensors
import Support
import Tensors
import TestSupport
import Testing
import Training

/// A quantized model survives saving and loading, copying, and interrupting and resuming its training.
@Suite struct RoundTripTests {
  /// Branches, a folded normalization, shared scales, a separable convolution and a model inside.
  private func floatModel(dropout: Float = 0.1) -> Model {
    let input = Input([8, 8, 1], name: "image")
    let inner = Sequential(
      [
        Conv2D(filters: 4, kernelSize: 3, padding: .same, name: "conv"), BatchNormalization(name: "bn"),
        ReLU(name: "relu"),
      ], name: "inner")
    let a = inner(input)
    let b = SeparableConv2D(
      filters: 4, kernelSize: 3, padding: .same, activation: .relu, name: "separable")(input)
    let cat = Concatenate(name: "cat")([
      a, AveragePooling2D(strides: 1, padding: .same, name: "pool")(b),
    ])
    let sum = Add(name: "add")([Conv2D(filters: 4, kernelSize: 1, name: "mix")(cat), a])
    let outputs = Dense(units: 10, name: "dense")(
      Flatten(name: "flatten")(Dropout(rate: dropout, name: "drop")(sum)))
    let model = Model(inputs: input, outputs: outputs, name: "net")
    Models.draw(model, seed: 5)
    return model
  }

  private let examples = TensorExamples(
    inputs: Models.batch([8, 8, 1], count: 48), targets: .classes((0..<48).map { $0 % 10 }))

  private func trainer(_ model: Model) -> Trainer {
    Trainer(
      model, optimizer: Adam(), loss: .sparseCategoricalCrossEntropy(fromLogits: true), seed: 3)
  }

  private static let schemes: [String] = ["tflite", "onnx", "powerOfTwo", "learned", "tfmot"]
  private static func scheme(_ name: String) -> QuantizeScheme {
    switch name {
    case "onnx": .onnxRuntime8Bit
    case "powerOfTwo": .powerOfTwo
    case "learned": .nBit(weights: 4, activations: 4, learnedSteps: true)
    case "tfmot": .tfmot8Bit
    default: .tflite8Bit
    }
  }

  @Test(arguments: schemes) func `a quantized model that is saved and loaded gives the same bits`(
    _ name: String
  ) throws {
    let folder = try TemporaryFolder()
    let (float, batch) = (floatModel(dropout: 0), Models.batch([8, 8, 1]))
    let first = try quantizeModel(float, calibratingOn: [batch], scheme: Self.scheme(name))
    _ = trainer(first).step(inputs: batch, targets: .classes([0, 1, 2, 3]))
    try first.saveWeights(to: folder.path + "/weights")
    let second = try quantizeModel(floatModel(dropout: 0), scheme: Self.scheme(name))
    try second.loadWeights(from: folder.path + "/weights")
    #expect(second.weightBits == first.weightBits)
    #expect(second.quantizers.map { $0.quantizer.range } == first.quantizers.map { $0.quantizer.range })
    #expect(second(batch).values == first(batch).values)
    // Training goes on alike, because the counts of moving averages are stored too.
    for model in [first, second] { _ = trainer(model).step(inputs: batch, targets: .classes([3, 2, 1, 0])) }
    #expect(second.weightBits == first.weightBits)
  }

  /// The two have the same variables, of the same shapes.
  @Test func `weights of another grid are refused`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/weights"
    let batches = [Models.batch([8, 8, 1])]
    let four = try quantizeModel(
      floatModel(), calibratingOn: batches, scheme: .nBit(weights: 4, activations: 4))
    try four.saveWeights(to: path)
    let eight = try quantizeModel(floatModel(), calibratingOn: batches)
    let before = eight.weightBits
    let error = #expect(throws: SafetensorsError.self) { try eight.loadWeights(from: path) }
    #expect(
      error?.description
        == "\(path): its numbers belong to other settings: quantizer of quant_inner_conv_inner_bn/kernel is "
        + "\"last value, 4 bits, symmetric, narrow, per channel\", and here it is \"last value, 8 bits, symmetric, "
        + "narrow, per channel\"; load it into a model that was made and quantized alike")
    #expect(eight.weightBits == before)
    // A file without metadata, as a script may write it, is accepted.
    var file = try SafetensorsFile(contentsOf: path)
    file.metadata = [:]
    try file.write(to: path)
    try eight.loadWeights(from: path)
    #expect(eight.weightBits == four.weightBits)
  }

  @Test func `a training of another grid is not resumed`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/checkpoint"
    let batches = [Models.batch([8, 8, 1])]
    let four = try quantizeModel(
      floatModel(), calibratingOn: batches, scheme: .nBit(weights: 4, activations: 4))
    try trainer(four).fit(examples, epochs: 1, batchSize: 16, callbacks: [Checkpoint(path)])
    let eight = try quantizeModel(floatModel(), calibratingOn: batches)
    let error = #expect(throws: TrainingError.self) {
      try trainer(eight).fit(examples, epochs: 2, batchSize: 16, resumingFrom: path)
    }
    let text = "its quantizer of quant_inner_conv_inner_bn/kernel is \"last value, 4 bits"
    #expect(error?.description.contains(text) == true)
  }

  /// Dropout draws by the model's seed: quantized, and back, models of different seeds stay different.
  @Test func `the seed survives quantization and its removal`() throws {
    func values(_ make: (Model) throws -> Model) throws -> [[Float]] {
      try [UInt64(1), 2].map { seed in
        let layers: [Layer] = [Dense(units: 4, name: "a"), Dropout(rate: 0.5, name: "drop")]
        let float = Sequential(layers, inputShape: [4], seed: seed)
        Models.draw(float, seed: 3)
        return try make(float)(Models.batch([4]), training: true).values.map { $0 == 0 ? 0 : 1 }
      }
    }
    let float = try values { $0 }
    #expect(float[0] != float[1])
    func quantized(_ model: Model) throws -> QuantizedModel {
      try quantizeModel(model, calibratingOn: [Models.batch([4])])
    }
    let pairs = try values { try quantized($0) }
    #expect(pairs[0] != pairs[1])
    #expect(try values { removeQuantization(try quantized($0)) } == float)
    #expect(try values { try quantizeAnnotateModel($0) }[0] != values { try quantizeAnnotateModel($0) }[1])
  }

  @Test func `removing quantization gives the float model with the trained weights`() throws {
    let float = floatModel()
    let before = float.weightBits
    let quantized = try quantizeModel(float, calibratingOn: [Models.batch([8, 8, 1])])
    #expect(removeQuantization(quantized).weightBits == before)
    _ = try trainer(quantized).fit(examples, epochs: 1, batchSize: 16)
    let back = removeQuantization(quantized)
    #expect(float.weightBits == before)
    #expect(back.summary() == float.summary())
    #expect(back.namedWeights.map(\.path) == float.namedWeights.map(\.path))
    #expect(back.weightBits != before)
    // Each weight is the one that was trained, found by the last part of its path and its shape.
    let trained = Set(quantized.weightBits)
    #expect(back.weightBits.allSatisfy { trained.contains($0) })
    #expect(back(Models.batch([8, 8, 1])).values.allSatisfy { $0.isFinite })
  }

  @Test func `a sequential model is sequential again without quantization`() throws {
    let float = Models.sequential(
      [
        Conv2D(filters: 2, kernelSize: 3), BatchNormalization(), ReLU(), Flatten(),
        Dense(units: 2, activation: .softmax),
      ],
      [6, 6, 1])
    let quantized = try quantizeModel(float)
    let back = removeQuantization(quantized)
    #expect(back is Sequential)
    #expect(back.summary() == float.summary())
    #expect(back(Models.batch([6, 6, 1])).values == float(Models.batch([6, 6, 1])).values)
    let again = try quantizeModel(back)
    #expect(again.explanations == quantized.explanations)
  }

  @Test(arguments: schemes) func `a copy of a quantized model is equal and independent`(_ name: String) throws
  {
    let batch = Models.batch([8, 8, 1])
    let model = try quantizeModel(
      floatModel(dropout: 0), calibratingOn: [batch], scheme: Self.scheme(name))
    _ = trainer(model).step(inputs: batch, targets: .classes([0, 1, 2, 3]))
    model.quantizers[0].quantizer.phase = .frozen
    model.layers[3].trainable = false
    let copy = try #require(try model.copied() as? QuantizedModel)
    #expect(copy.namedWeights.map(\.path) == model.namedWeights.map(\.path))
    #expect(copy.weightBits == model.weightBits)
    #expect(copy.explanations == model.explanations)
    #expect(copy.quantizers.map { $0.quantizer.phase } == model.quantizers.map { $0.quantizer.phase })
    #expect(copy.trainableWeights.count == model.trainableWeights.count)
    #expect(copy(batch).values == model(batch).values)
    #expect(removeQuantization(copy).weightBits == removeQuantization(model).weightBits)
    let before = model.weightBits
    _ = trainer(copy).step(inputs: batch, targets: .classes([3, 2, 1, 0]))
    #expect(model.weightBits == before && copy.weightBits != before)
  }

  @Test func `a quantized model with its quantizers off computes the float model`() throws {
    let (float, batch) = (floatModel(), Models.batch([8, 8, 1]))
    let quantized = try quantizeModel(float, calibratingOn: [batch])
    quantized.withPhase(.off) { expectClose(quantized(batch), float(batch), within: 1e-5, "off") }
    #expect(quantized(batch).values != float(batch).values)
  }

  /// The run is interrupted after the second of three steps of the second epoch.
  @Test(arguments: ["tflite", "learned"])
  func `a quantized training resumed within an epoch ends with the same bits`(_ name: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/checkpoint"
    func fresh() throws -> QuantizedModel {
      try quantizeModel(floatModel(), calibratingOn: [Models.batch([8, 8, 1])], scheme: Self.scheme(name))
    }
    let whole = try fresh()
    try trainer(whole).fit(examples, epochs: 3, batchSize: 16)
    let cut = try trainer(fresh()).fit(
      examples, epochs: 3, batchSize: 16, callbacks: [Checkpoint(path), StopAfter(steps: 5)])
    #expect(cut.epochs.count == 1)
    let resumed = try fresh()
    let history = try trainer(resumed).fit(
      examples, epochs: 3, batchSize: 16, callbacks: [Checkpoint(path)], resumingFrom: path)
    #expect(history.epochs.count == 3)
    #expect(resumed.weightBits == whole.weightBits)
    let batch = Models.batch([8, 8, 1], seed: 9)
    #expect(resumed(batch).values == whole(batch).values)
  }

  /// Ends a run after some steps.
  private final class StopAfter: Callback {
    let steps: Int
    init(steps: Int) { self.steps = steps }
    func stepEnds(_ run: TrainingRun) throws { if run.stepsTaken == steps { run.stop() } }
  }

  /// A layer that counts how often it and its copies are built.
  private final class Counted: Layer {
    final class Counter { var builds = 0 }
    let counter: Counter

    init(_ counter: Counter, name: String? = nil) {
      self.counter = counter
      super.init(name: name)
    }

    override func build(inputShape: [Int]) {
      counter.builds += 1
      addWeight("weight", shape: inputShape, initializer: .ones)
    }

    override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs * weight("weight").value }
    override func copied() -> Layer { Counted(counter, name: name) }
  }

  @Test(arguments: [false, true]) func `a network is built once when it is quantized`(annotatesAll: Bool)
    throws
  {
    let counter = Counted.Counter()
    let config = QuantizeConfig(output: .quantized(MovingAverageQuantizer()))
    let model = Models.sequential(
      [quantizeAnnotate(Counted(counter, name: "counted"), config: config), Dense(units: 2)], [3])
    #expect(counter.builds == 1)
    let quantized =
      try annotatesAll
      ? quantizeModel(model, calibratingOn: [Models.batch([3])])
      : quantizeApply(model, calibratingOn: [Models.batch([3])])
    #expect(counter.builds == 2)
    _ = removeQuantization(quantized)
    #expect(counter.builds == 3)
  }
}
