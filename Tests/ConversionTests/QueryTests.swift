import Conversion
import Layers
import Quantization
import Quantizers
import Support
import Tensors
import Testing
import Training

/// Questions to a quantized model, none of which changes it.
@Suite struct QueryTests {
  static var schemes: [QuantizeScheme] {
    [
      .tflite8Bit, .onnxRuntime8Bit, .nBit(weights: 3, activations: 4),
      .nBit(weights: 4, activations: 4, learnedSteps: true), .powerOfTwo, .tfmot8Bit,
    ]
  }

  /// A model that has been trained, and whose kernels have changed since by hand.
  private func model(
    _ scheme: QuantizeScheme
  ) throws -> (QuantizedModel, Trainer, TensorExamples, images: Tensor) {
    var generator = SeededGenerator(seed: 5)
    let images = Tensor.uniform(-1, 1, shape: [12, 8, 6, 2], using: &generator)
    let model = try quantizeModel(Zoo.convolutions.model, calibratingOn: [images], scheme: scheme)
    let examples = TensorExamples(inputs: images, targets: .classes((0..<12).map { $0 % 3 }))
    let trainer = Trainer(
      model, optimizer: Adam(), loss: .sparseCategoricalCrossEntropy(fromLogits: true), metrics: [.accuracy])
    try trainer.fit(examples, epochs: 2, batchSize: 4)
    for weight in model.trainableWeights where weight.name.hasSuffix("kernel") {
      weight.value = weight.value * 1.5
    }
    return (model, trainer, examples, images)
  }

  private func bits(_ model: Model) -> [[UInt32]] { model.weights.map { $0.value.values.map(\.bitPattern) } }

  @Test(arguments: schemes.indices, BatchNormFolding.allCases)
  func `no question changes a weight, a range or a statistic`(
    _ index: Int, _ folding: BatchNormFolding
  ) throws {
    var scheme = Self.schemes[index]
    scheme.batchNormFolding = folding
    let (model, trainer, examples, images) = try model(scheme)
    let before = bits(model)
    func expectUnchanged(_ question: String) {
      #expect(bits(model) == before, "\(question) changes the model")
    }
    _ = model(images)
    expectUnchanged("inference")
    _ = trainer.evaluate(examples)
    expectUnchanged("evaluate")
    _ = model.predict(examples)
    expectUnchanged("predict")
    _ = model.report(on: [images]) { $0.sum().scalar }
    expectUnchanged("report")
    _ = model.rangeHealth(on: [images])
    expectUnchanged("rangeHealth")
    _ = (model.explain(), model.warnings, model.description, model.summary())
    expectUnchanged("explain")
    _ = model.operations.map(\.quantizedKernel)
    expectUnchanged("operations")
    _ = try model.integerParameters(of: "dense")
    expectUnchanged("integerParameters")
    _ = try? convert(model)
    expectUnchanged("convert")
    _ = removeQuantization(model)
    expectUnchanged("removeQuantization")
    _ = try model.copied()
    expectUnchanged("copied")
  }
}
