import Layers
import Quantization
import Support
import Tensors
import Testing
import Training

/// Quantized models of two inputs and two heads train and score by the names of the original.
@Suite struct TwoHeadsTests {
  private static func model() -> Model {
    let (a, b) = (Input([4], name: "a"), Input([3], name: "b"))
    let trunk = Dense(units: 8, activation: .relu, name: "trunk")(Concatenate()([a, b]))
    return Model(
      inputs: [a, b],
      outputs: [
        Dense(units: 3, name: "kind")(trunk), Dense(units: 2, name: "size")(trunk),
      ], seed: 3)
  }

  private static func examples(count: Int, seed: UInt64) -> NamedExamples {
    var generator = SeededGenerator(seed: seed)
    let kinds = (0..<count).map { $0 % 3 }
    let a: [Float] = kinds.flatMap { kind in (0..<4).map { generator.normal(mean: $0 == kind ? 2 : 0) } }
    let b: [Float] = (0..<3 * count).map { _ in generator.normal() }
    var sizes: [Float] = []
    for row in 0..<count { sizes += [b[3 * row] + a[4 * row], b[3 * row + 1]] }
    return NamedExamples(
      inputs: ["a": Tensor(a, shape: [count, 4]), "b": Tensor(b, shape: [count, 3])],
      targets: ["kind": .classes(kinds), "size": .values(Tensor(sizes, shape: [count, 2]))])
  }

  private static func trainer(_ model: Model, rate: Float = 0.02) -> Trainer {
    Trainer(
      model, optimizer: Adam(learningRate: .constant(rate)),
      heads: [
        Head("kind", loss: .sparseCategoricalCrossEntropy(fromLogits: true), metrics: [.accuracy]),
        Head("size", loss: .meanSquaredError, weight: 0.5, metrics: [.meanAbsoluteError]),
      ], seed: 5)
  }

  private static func calibrated(_ model: Model) throws -> QuantizedModel {
    let inputs = examples(count: 64, seed: 1).all.inputs.map(\.tensor)
    return try quantizeModel(model, calibratingOn: [inputs], scheme: .nBit(weights: 3, activations: 4))
  }

  @Test func `examples of several inputs calibrate as their tensors do`() throws {
    let (model, examples) = (Self.model(), Self.examples(count: 70, seed: 1))
    let scheme = QuantizeScheme.nBit(weights: 3, activations: 4)
    // In one batch, as the tensors: the last bit of a float sum may depend on the number of rows.
    let ofExamples = try quantizeModel(model, calibratingOn: examples, batchSize: 70, scheme: scheme)
    let ofTensors = try quantizeModel(
      model, calibratingOn: [examples.all.inputs.map(\.tensor)], scheme: scheme)
    for (a, b) in zip(ofExamples.quantizers, ofTensors.quantizers) {
      #expect(try a.quantizer.affineQuantizers() == b.quantizer.affineQuantizers(), "\(a.path)")
    }
  }

  @Test func `a quantized model of two heads trains through its heads and scores each`() throws {
    let model = Self.model()
    let (training, test) = (Self.examples(count: 120, seed: 1), Self.examples(count: 60, seed: 2))
    // Not to the end, so that what follows has something to gain.
    try Self.trainer(model).fit(training, epochs: 4)
    let quantized = try Self.calibrated(model)
    #expect(quantized.outputNames == ["kind", "size"] && quantized.inputNames == ["a", "b"])
    let trainer = Self.trainer(quantized, rate: 0.005)
    let before = trainer.evaluate(training)
    let history = try trainer.fit(
      training.weighted(byClass: [0: 1.5], for: "kind"), epochs: 20, validation: test)
    let after = trainer.evaluate(training)
    #expect(trainer.evaluate(test) == history.epochs.last?.validation)
    #expect(
      after.names == ["loss", "kind_loss", "size_loss", "kind_accuracy", "size_mean_absolute_error"])
    for name in ["loss", "kind_loss", "size_loss"] {
      let (first, last) = (try #require(before[name]), try #require(after[name]))
      #expect(last < first, "\(name): \(first) to \(last)")
    }
    // What is scored is what integers compute: the outputs are on the heads' grids.
    let outputs = quantized.predictAll(test)
    for head in ["kind", "size"] {
      let quantizer = try #require(
        quantized.quantizers.first { $0.path == "quant_\(head)/output" }?.quantizer)
      let grid = try #require(try quantizer.affineQuantizers().first)
      let values = try #require(outputs[head]).values
      #expect(values == values.map { grid.dequantize(grid.quantize($0)) })
    }
    // Copies and the float model keep the names.
    let copy = try #require(try quantized.copied() as? QuantizedModel)
    #expect(
      copy.outputNames == ["kind", "size"] && copy.predictAll(test)["size"]?.values == outputs["size"]?.values
    )
    #expect(removeQuantization(quantized).outputNames == ["kind", "size"])
  }

  @Test func `an annotation renames no head`() throws {
    let annotated = try quantizeAnnotateModel(Self.model())
    #expect(annotated.outputNames == ["kind", "size"])
    #expect(annotated.layers.map(\.name).contains("quantize_annotate"))
    let quantized = try quantizeApply(annotated)
    #expect(quantized.outputNames == ["kind", "size"])
  }
}
