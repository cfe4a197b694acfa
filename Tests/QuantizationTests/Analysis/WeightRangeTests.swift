import Layers
import Quantization
import Quantizers
import Support
import Tensors
import Testing
import Training

/// The ranges of weights after training: in inference they are those of the current weights.
@Suite struct WeightRangeTests {
  private let inputs = Models.batch([5], count: 16)

  /// A network with a folded normalization, quantized, and trained for three steps.
  private func trained(_ form: BatchNormFolding, _ scheme: QuantizeScheme? = nil) throws -> QuantizedModel {
    let float = Models.sequential(
      [Dense(units: 6), BatchNormalization(momentum: 0.5), ReLU(), Dense(units: 3)], [5])
    var scheme = scheme ?? .nBit(weights: 3, activations: 8)
    scheme.batchNormFolding = form
    let model = try quantizeModel(float, calibratingOn: [inputs], scheme: scheme)
    step(model)
    return model
  }

  private func step(_ model: Model) {
    let trainer = Trainer(
      model, optimizer: Adam(learningRate: 0.05), loss: .sparseCategoricalCrossEntropy(fromLogits: true),
      seed: 3)
    for _ in 0..<3 { _ = trainer.step(inputs: inputs, targets: .classes((0..<16).map { $0 % 3 })) }
  }

  private func kernels(_ model: QuantizedModel) -> [(quantizer: Quantizer, kernel: Tensor)] {
    model.operations.compactMap { operation in
      guard let quantizer = operation.kernelQuantizer, let kernel = operation.kernel else { return nil }
      return (quantizer, kernel)
    }
  }

  @Test(arguments: BatchNormFolding.allCases.filter { $0 != .unfolded })
  func `a step of training stores the ranges of the weights that it makes`(_ form: BatchNormFolding) throws {
    let model = try trained(form)
    for (quantizer, kernel) in kernels(model) {
      #expect(quantizer.range == quantizer.format.range(of: kernel))
    }
    let outputs = model(inputs)
    // A model quantized anew, from the trained weights and with the activations' ranges, gives the same.
    let anew = try quantizeModel(removeQuantization(model), scheme: model.scheme)
    for (path, quantizer) in model.quantizers where path.hasSuffix("/output") {
      anew.quantizer(path)?.range = quantizer.range
    }
    #expect(anew(inputs).values == outputs.values)
  }

  /// As after a loop of the user's own, which no `Trainer` follows.
  @Test(arguments: BatchNormFolding.allCases)
  func `inference quantizes to the ranges of weights that were assigned, and stores none`(
    _ form: BatchNormFolding
  ) throws {
    let model = try trained(form)
    for weight in model.trainableWeights where weight.name.hasSuffix("kernel") {
      weight.value = weight.value * 3
    }
    let state = model.weights.map(\.value.values)
    let outputs = model(inputs)
    #expect(model.weights.map(\.value.values) == state)
    let anew = try quantizeModel(removeQuantization(model), scheme: model.scheme)
    for (path, quantizer) in model.quantizers where path.hasSuffix("/output") {
      anew.quantizer(path)?.range = quantizer.range
    }
    #expect(anew(inputs).values == outputs.values)
  }

  @Test func `operations show the kernels that inference uses`() throws {
    let model = try trained(.singleConvolution)
    let kernels = model.operations.compactMap(\.quantizedKernel?.values)
    _ = model(inputs)
    #expect(model.operations.compactMap(\.quantizedKernel?.values) == kernels)
  }

  @Test func `an assigned range stays until training`() throws {
    let model = try trained(.movingStatistics)
    let quantizer = try #require(model.quantizer("quant_dense_1/kernel"))
    quantizer.range = ValueRange(-3, 3)
    let assigned = try #require(quantizer.range)
    #expect(assigned.high.allSatisfy { $0 == 3 })
    _ = model(inputs)
    #expect(quantizer.range == assigned)
    step(model)
    _ = model(inputs)
    #expect(quantizer.range != assigned)
  }

  @Test func `a frozen range stays in inference`() throws {
    let model = try trained(.singleConvolution)
    let kept = model.quantizers.map { $0.quantizer.range }
    for (_, quantizer) in model.quantizers { quantizer.phase = .frozen }
    _ = model(inputs)
    #expect(model.quantizers.map { $0.quantizer.range } == kept)
  }

  /// TFMOT, and its converter, round to the range of the last step's beginning.
  @Test func `the ranges of TFMOT's scheme stay in inference`() throws {
    let model = try trained(.unfolded, .tfmot8Bit)
    let kept = model.quantizers.map { $0.quantizer.range }
    _ = model(inputs)
    #expect(model.quantizers.map { $0.quantizer.range } == kept)
  }

  @Test func `power-of-two ranges follow the current weights`() throws {
    let model = try trained(.singleConvolution, .powerOfTwo)
    let quantizer = try #require(model.quantizer("quant_dense_1/kernel"))
    let kernel = try #require(model.operations.last?.kernel)
    // Each weight has a code, and the largest needs more than half of them.
    let largest = kernel.values.map(abs).max() ?? 0
    let high = try #require(quantizer.range?.high[0])
    #expect(largest <= high && high < 2 * largest)
  }
}
