import Layers
import Quantization
import Quantizers
import Support
import Tensors
import Testing
import Training

/// Rescaling and normalization inside a model that is quantized.
@Suite struct PreprocessingTests {
  private static func batch(_ seed: UInt64 = 1) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    let bytes = (0..<8 * 6 * 6 * 3).map { _ in Float(Int(generator.uniform(0, 255.99))) }
    return Tensor(bytes, shape: [8, 6, 6, 3])
  }

  private static func model(_ first: Layer) -> Sequential {
    Sequential(
      [first, Conv2D(filters: 4, kernelSize: 3, activation: .relu), Flatten(), Dense(units: 3)],
      inputShape: [6, 6, 3], seed: 1)
  }

  @Test func `bytes that are rescaled keep every code at few bits`() throws {
    let scheme = QuantizeScheme.nBit(weights: 2, activations: 2)
    let quantized = try quantizeModel(
      Self.model(Rescaling(scale: 1 / 127.5, offset: -1)), calibratingOn: [Self.batch()], scheme: scheme)
    let rescaling = try #require(quantized.quantizers.first { $0.path == "quant_rescaling/output" })
    #expect(rescaling.quantizer.format.bitWidth == 8)
    let outputs = quantized.operationOutputs([Self.batch()])
    let index = try #require(quantized.operations.firstIndex { $0.name == "rescaling" })
    let exact = (Self.batch() / 127.5 - 1).values
    let worst = zip(outputs[index].values, exact).map { abs($0 - $1) }.max() ?? 1
    #expect(worst <= 1 / 127.5)
    #expect(Set(outputs[index].values).count > 200)
  }

  @Test func `a normalization follows its data into the quantized model and its copy`() throws {
    let normalization = Normalization()
    normalization.adapt(to: Self.batch())
    let model = Self.model(normalization)
    let quantized = try quantizeModel(model, calibratingOn: [Self.batch()])
    let (floats, codes) = (model(Self.batch(2)), quantized(Self.batch(2)))
    let span = (floats.values.max() ?? 0) - (floats.values.min() ?? 0)
    #expect(zip(floats.values, codes.values).allSatisfy { abs($0 - $1) < 0.1 * span })
    let back = removeQuantization(quantized)
    #expect(back(Self.batch(2)).values == floats.values)
    // A new mean is a new offset, also for integers that were prepared before.
    let weight = try #require(quantized.namedWeights.first { $0.path.hasSuffix("normalization/mean") })
    weight.variable.value = weight.variable.value + 20
    #expect(quantized(Self.batch(2)).values != codes.values)
    // Training leaves mean and variance.
    let fixed = quantized.nonTrainableWeights.map(\.value.values)
    let trainer = Trainer(
      quantized, optimizer: Adam(), loss: .sparseCategoricalCrossEntropy(fromLogits: true))
    trainer.step(inputs: Self.batch(), targets: .classes((0..<8).map { $0 % 3 }))
    #expect(weight.variable.value.values == fixed[0] || fixed.contains(weight.variable.value.values))
  }

  @Test func `what a custom layer states of its factors is checked`() throws {
    final class Half: Layer {
      override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs * 0.5 }
      override var semantics: LayerSemantics { .affine(ChannelAffine { ([0.5, 0.5], [0]) }) }
      override func copied() -> Layer { Half(name: name) }
    }
    let error = #expect(throws: QuantizationError.self) {
      try quantizeModel(Self.model(Half()), calibratingOn: [Self.batch()])
    }
    #expect(
      error?.description.contains("it states .affine with 2 factors and 1 offsets, and has 3 channels")
        == true)
  }
}
