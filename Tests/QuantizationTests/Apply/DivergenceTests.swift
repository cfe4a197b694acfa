import Layers
import Quantization
import Quantizers
import Support
import Tensors
import Testing
import Training

/// A training that diverges ends with an error and keeps the weights of its last good step.
@Suite struct DivergenceTests {
  /// Keeps the weights after each step, and the length of the history at a failure.
  private final class Witness: Callback {
    var weights: [[UInt32]] = []
    var failures: [Int] = []
    func stepEnds(_ run: TrainingRun) throws { weights = run.model.weightBits }
    func runFails(_ run: TrainingRun) { failures.append(run.history.epochs.count) }
  }

  private let examples = TensorExamples(
    inputs: Models.batch([6, 6, 1], count: 16), targets: .classes((0..<16).map { $0 % 3 }))

  private func quantized(_ scheme: QuantizeScheme) throws -> QuantizedModel {
    let float = Models.sequential(
      [
        Conv2D(filters: 2, kernelSize: 3), BatchNormalization(), ReLU(), Flatten(),
        Dense(units: 8, activation: .relu), Dense(units: 3),
      ], [6, 6, 1])
    return try quantizeModel(float, calibratingOn: [Models.batch([6, 6, 1])], scheme: scheme)
  }

  private func expectEnd(of model: QuantizedModel, _ location: SourceLocation = #_sourceLocation) throws {
    // Two steps an epoch: from the second epoch on, each step is ten orders of magnitude longer.
    let rate = LearningRate.stepwise(initial: 0.01, every: 2, factor: 1e10)
    let trainer = Trainer(
      model, optimizer: SGD(learningRate: rate), loss: .sparseCategoricalCrossEntropy(fromLogits: true))
    let witness = Witness()
    let error = #expect(throws: TrainingError.self, sourceLocation: location) {
      try trainer.fit(examples, epochs: 20, batchSize: 8, callbacks: [witness])
    }
    guard case .lossNotFinite? = error else { return }
    #expect(model.weightBits == witness.weights, sourceLocation: location)
    #expect(witness.failures.count == 1 && witness.failures[0] >= 1, sourceLocation: location)
  }

  @Test(arguments: BatchNormFolding.allCases)
  func `a diverging training ends with an error and keeps weights and history`(
    _ folding: BatchNormFolding
  ) throws {
    for var scheme in [QuantizeScheme.tflite8Bit, .tfmot8Bit, .powerOfTwo] {
      scheme.batchNormFolding = folding
      try expectEnd(of: quantized(scheme))
    }
  }

  /// Integers cannot represent NaN, so simulating them would hide it.
  @Test(arguments: ["kernel", "bias", "input"]) func `a NaN in kernel, bias or input is seen in inference`(
    _ tensor: String
  ) throws {
    let float = Models.sequential([Dense(units: 3, name: "a")], [4])
    var batch = Models.batch([4])
    let model = try quantizeModel(float, calibratingOn: [batch])
    if tensor == "input" {
      batch = Tensor([.nan] + batch.values.dropFirst(), shape: batch.shape)
    } else {
      let weight = try #require(model.namedWeights.first { $0.path == "quant_a/a/\(tensor)" }).variable
      weight.value = Tensor([.nan] + weight.value.values.dropFirst(), shape: weight.shape)
    }
    #expect(model(batch).values.contains { $0.isNaN })
  }

  /// A gradient may overflow although the loss is finite; a learned step or clip is then not finite.
  @Test(arguments: [Float.nan, .infinity])
  func `a learned step or clip that is not finite makes the loss NaN`(_ bad: Float)
    throws
  {
    let dense = QuantizeConfig(
      weights: ["kernel": LearnedStepQuantizer(isLogarithmic: true)],
      output: .quantized(LearnedClipQuantizer()))
    let float = Models.sequential([quantizeAnnotate(Dense(units: 3, name: "a"), config: dense)], [4])
    for path in ["quant_a/kernel", "quant_a/output"] {
      let model = try quantizeModel(float, calibratingOn: [Models.batch([4])])
      let quantizer = try #require(model.quantizer(path))
      // The logarithm of a step of e¹⁰⁰ is finite, and the step is not.
      let variable = try #require(quantizer.variables.first?.variable)
      variable.value = Tensor(path == "quant_a/kernel" && bad == .infinity ? 100 : bad)
      let before = model.weightBits
      let trainer = Trainer(
        model, optimizer: Adam(), loss: .sparseCategoricalCrossEntropy(fromLogits: true))
      let batch = Models.batch([4])
      #expect(trainer.step(inputs: batch, targets: .classes([0, 1, 2, 0])).loss.isNaN, "\(path)")
      #expect(model.weightBits == before)
      #expect(model(batch).values.allSatisfy { $0.isNaN }, "and in inference: \(path)")
    }
  }
}
