import Layers
import Quantization
import Support
import Tensors
import Testing
import Training

/// Moving statistics that lag behind the batches are told, and can be found anew.
@Suite struct StatisticsTests {
  private func model(momentum: Float = 0.99) -> Model {
    Models.sequential(
      [
        Conv2D(filters: 4, kernelSize: 3, name: "conv"), BatchNormalization(momentum: momentum, name: "bn"),
        ReLU(), Flatten(), Dense(units: 3),
      ], [6, 6, 1])
  }

  private let batches = (1...6).map { Models.batch([6, 6, 1], count: 16, seed: UInt64($0)) * 3 }

  private func quantized(
    _ folding: BatchNormFolding, momentum: Float = 0.99, freezingAfter steps: Int? = nil
  ) throws -> QuantizedModel {
    var scheme = QuantizeScheme.nBit(weights: 4, activations: 4, learnedSteps: true)
    (scheme.batchNormFolding, scheme.freezesBatchNormAfter) = (folding, steps)
    return try quantizeModel(model(momentum: momentum), calibratingOn: batches, scheme: scheme)
  }

  private func train(_ model: QuantizedModel, steps: Int) {
    let trainer = Trainer(
      model, optimizer: Adam(learningRate: 0.01), loss: .sparseCategoricalCrossEntropy(fromLogits: true))
    for step in 0..<steps {
      _ = trainer.step(
        inputs: batches[step % batches.count], targets: .classes((0..<16).map { $0 % 3 }))
    }
  }

  /// The mean and the biased variance of each channel of the convolution's outputs, over all batches.
  private func statistics(_ float: Model) -> (mean: [Double], variance: [Double]) {
    let part = Model(inputs: float.inputs, outputs: [float.output(of: "conv")], name: "part")
    var (means, variances) = ([Double](repeating: 0, count: 4), [Double](repeating: 0, count: 4))
    for batch in batches {
      let values = part(batch).values
      for channel in 0..<4 {
        let own = stride(from: channel, to: values.count, by: 4).map { Double(values[$0]) }
        let mean = own.reduce(0, +) / Double(own.count)
        means[channel] += mean / Double(batches.count)
        let sum = own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        variances[channel] += sum / Double(own.count - 1) / Double(batches.count)
      }
    }
    return (means, variances)
  }

  @Test(arguments: [
    BatchNormFolding.singleConvolution, .twoConvolutions, .twoConvolutionsCorrected, .unfolded,
  ])
  func `statistics far from the batches are warned of, and found anew`(_ folding: BatchNormFolding) throws {
    let model = try quantized(folding)
    #expect(model.warnings == [])
    train(model, steps: 8)
    let warning = try #require(model.warnings.first)
    guard case .statisticsApart("conv_bn (FoldedBatchNorm)", let channels, 4) = warning else {
      Issue.record("\(warning)")
      return
    }
    #expect(channels > 0 && "\(warning)".contains("reestimateStatistics(on:)"))
    let moving = model.weights.filter { $0.name.hasPrefix("bn/moving") }
    let others = model.weights.filter { weight in
      !weight.name.hasPrefix("bn/moving") && !weight.name.contains("kernel_")
    }
    let before = others.map(\.value.values)
    let codes = try model.integerParameters(of: "conv").intWeights
    try model.reestimateStatistics(on: batches)
    #expect(try model.integerParameters(of: "conv").intWeights == codes)
    #expect(others.map(\.value.values) == before)
    #expect(model.warnings == [])
    // With 4 bits the kernel is not that of floats, but near it.
    let expected = statistics(removeQuantization(model))
    for (channel, variance) in expected.variance.enumerated() {
      let found = moving.map { Double($0.value.values[channel]) }
      #expect(abs(found[0] - expected.mean[channel]) < 0.3 * variance.squareRoot())
      #expect(abs(found[1] / variance - 1) < 0.4, "\(found[1]) \(variance)")
    }
    // Finding them once more from the same batches changes nothing but the last digits.
    let first = moving.map(\.value.values)
    try model.reestimateStatistics(on: batches)
    if folding == .unfolded || folding == .twoConvolutions {
      for (a, b) in zip(first.joined(), moving.map(\.value.values).joined()) {
        #expect(abs(a - b) <= 1e-4 * max(abs(a), 1))
      }
    }
  }

  @Test func `statistics that follow the batches are not warned of`() throws {
    let model = try quantized(.unfolded, momentum: 0.5)
    train(model, steps: 30)
    #expect(model.warnings == [])
  }

  /// The mean of batches of one size is that of any other division into batches of that size.
  @Test func `examples and frozen statistics are taken too, whatever the order of batches`() throws {
    let model = try quantized(.unfolded, freezingAfter: 4)
    train(model, steps: 8)
    let copy = try #require(try model.copied() as? QuantizedModel)
    try model.reestimateStatistics(on: batches)
    try copy.reestimateStatistics(on: Array(batches.reversed()))
    for (a, b) in zip(model.weights, copy.weights) {
      for (x, y) in zip(a.value.values, b.value.values) {
        #expect(abs(x - y) <= 1e-4 * max(abs(x), 1), "\(a.name)")
      }
    }
    let steps = try #require(model.weights.first { $0.name.hasSuffix("/steps") })
    #expect(steps.value.scalar == 4)
    let examples = TensorExamples(inputs: batches[0], targets: .classes((0..<16).map { $0 % 3 }))
    try model.reestimateStatistics(on: examples, batchSize: 16)
    try copy.reestimateStatistics(on: [batches[0]])
    let moving = [model, copy].map {
      $0.weights.filter { $0.name.hasPrefix("bn/moving") }.map(\.value.values)
    }
    #expect(moving[0] == moving[1])
  }

  @Test func `what cannot be found anew is refused, and nothing changes`() throws {
    let model = try quantized(.singleConvolution)
    train(model, steps: 2)
    let before = model.weightBits
    func refusal(_ batches: [Tensor], _ model: QuantizedModel) -> QuantizationError? {
      do throws(QuantizationError) {
        try model.reestimateStatistics(on: batches)
        return nil
      } catch { return error }
    }
    #expect(refusal([], model) == .noStatisticsData)
    let wrong = Models.batch([5, 5, 1])
    #expect(
      refusal([batches[0], wrong], model)
        == .wrongCalibrationShape(batch: 2, expected: [[6, 6, 1]], found: [[4, 5, 5, 1]]))
    #expect(refusal([batches[0], batches[0] * .infinity], model) != nil)
    #expect(model.weightBits == before)
    let fresh = try quantizeModel(self.model(), scheme: .nBit(weights: 4, activations: 4, learnedSteps: true))
    #expect(refusal(batches, fresh) == .noRange(tensor: "quantize_input_layer/output"))
  }
}
