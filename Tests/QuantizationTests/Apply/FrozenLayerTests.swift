import Layers
import Quantization
import Quantizers
import Support
import Tensors
import TestSupport
import Testing
import Training

/// A layer that is not trainable stays as it is, whatever quantization makes of it: so do the ranges that it learns.
@Suite struct FrozenLayerTests {
  private static let kinds = ["learned steps", "learned clips"]

  /// Weights and activations whose quantizers have variables of their own to train.
  private func scheme(
    _ kind: String, _ folding: BatchNormFolding = .singleConvolution
  ) -> QuantizeScheme {
    var scheme = QuantizeScheme.nBit(weights: 4, activations: 4, learnedSteps: true)
    if kind == "learned clips" {
      scheme.activations = { LearnedClipQuantizer(QuantizerFormat(bitWidth: 4)) }
    }
    scheme.inputs = { LearnedStepQuantizer(QuantizerFormat(bitWidth: 8)) }
    scheme.batchNormFolding = folding
    return scheme
  }

  /// A small network of which only the last layer is trainable.
  private func network(_ first: [Layer]) -> Model {
    for layer in first { layer.trainable = false }
    return Models.sequential(
      first + [Flatten(), Dense(units: 3, name: "last")], [6, 6, 1])
  }

  /// Trains a model for some steps, and returns the names of the weights that have changed.
  private func changed(by model: Model, steps: Int = 5) -> Set<String> {
    let batch = Models.batch([6, 6, 1], count: 8)
    let before = model.weightBits
    let trainer = Trainer(
      model, optimizer: Adam(learningRate: 0.05), loss: .sparseCategoricalCrossEntropy(fromLogits: true))
    for _ in 0..<steps {
      _ = trainer.step(inputs: batch, targets: .classes([0, 1, 2, 0, 1, 2, 0, 1]))
    }
    return Set(
      zip(model.weights, zip(before, model.weightBits)).filter { $1.0 != $1.1 }.map { $0.0.name })
  }

  @Test(arguments: kinds, BatchNormFolding.allCases)
  func `nothing of a frozen convolution and normalization trains on`(
    _ kind: String, _ folding: BatchNormFolding
  ) throws {
    let float = network([
      Conv2D(filters: 3, kernelSize: 3, name: "conv"), BatchNormalization(name: "bn"), ReLU(name: "relu"),
    ])
    let model = try quantizeModel(
      float, calibratingOn: [Models.batch([6, 6, 1], count: 8)], scheme: scheme(kind, folding))
    let weights = try model.integerParameters(of: "conv").intWeights
    let changed = changed(by: model)
    #expect(changed.contains("last/kernel"))
    #expect(changed.allSatisfy { $0.contains("last") }, "\(changed.sorted())")
    #expect(try model.integerParameters(of: "conv").intWeights == weights)
  }

  @Test(arguments: kinds) func `nothing of a frozen layer that is split into several trains on`(
    _ kind: String
  ) throws {
    let layers: [[Layer]] = [
      [Conv2D(filters: 3, kernelSize: 3, activation: .hardSwish, name: "conv")],
      [SeparableConv2D(filters: 3, kernelSize: 3, activation: .relu, name: "conv")],
      [
        SeparableConv2D(filters: 3, kernelSize: 3, name: "conv"), BatchNormalization(name: "bn"),
        ReLU(name: "relu"),
      ],
      [Conv2D(filters: 3, kernelSize: 3, name: "conv"), ReLU(name: "relu"), AveragePooling2D(name: "pool")],
    ]
    for first in layers {
      let model = try quantizeModel(
        network(first), calibratingOn: [Models.batch([6, 6, 1], count: 8)], scheme: scheme(kind))
      let changed = changed(by: model)
      #expect(changed.allSatisfy { $0.contains("last") }, "\(first[0]): \(changed.sorted())")
    }
  }

  @Test func `a frozen model has nothing to train, its input's range included`() throws {
    let float = network([Conv2D(filters: 3, kernelSize: 3), BatchNormalization(), ReLU()])
    float.trainable = false
    let batch = Models.batch([6, 6, 1], count: 8)
    #expect(
      try quantizeModel(float, calibratingOn: [batch], scheme: scheme("learned steps")).trainableWeights
        .isEmpty)
    let annotated = try quantizeAnnotateModel(float)
    #expect(
      try quantizeApply(annotated, calibratingOn: [batch], scheme: scheme("learned steps")).trainableWeights
        .isEmpty)
  }

  /// Unfolded, the kernel is quantized without the normalization's factor, so the two are frozen one by one.
  @Test(arguments: BatchNormFolding.allCases)
  func `the steps of a frozen convolution learn only where the normalization changes its kernel`(
    _ folding: BatchNormFolding
  ) throws {
    let convolution = Conv2D(filters: 3, kernelSize: 3, name: "conv")
    let float = Models.sequential(
      [convolution, BatchNormalization(name: "bn"), ReLU(), Flatten(), Dense(units: 3)], [6, 6, 1])
    convolution.trainable = false
    let model = try quantizeModel(
      float, calibratingOn: [Models.batch([6, 6, 1], count: 8)], scheme: scheme("learned steps", folding))
    let changed = changed(by: model)
    #expect(changed.contains("bn/gamma") && !changed.contains("conv/kernel"))
    #expect(changed.contains("conv_bn/kernel_logStep") == (folding != .unfolded))
  }

  @Test func `a layer that is frozen after quantization freezes its steps, also in a copy`() throws {
    let float = Models.sequential(
      [Conv2D(filters: 3, kernelSize: 3, name: "conv"), ReLU(), Flatten(), Dense(units: 3, name: "last")],
      [6, 6, 1])
    let model = try quantizeModel(
      float, calibratingOn: [Models.batch([6, 6, 1], count: 8)], scheme: scheme("learned steps"))
    (model.layer("quant_conv") as? QuantizeWrapper)?.layer.trainable = false
    let copy = try #require(try model.copied() as? QuantizedModel)
    for model in [model, copy] {
      let changed = changed(by: model)
      #expect(changed.contains("last/kernel"))
      #expect(!changed.contains { $0.contains("conv") }, "\(changed.sorted())")
    }
  }
}
