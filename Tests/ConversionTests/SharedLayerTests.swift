import Conversion
import IntegerInference
import Layers
import Quantization
import Support
import Tensors
import Testing
import Training

/// A layer that is called several times keeps one set of weights; each call has ranges of its own.
@Suite struct SharedLayerTests {
  enum Network: String, CaseIterable {
    case siamese, chain, activations, separable, normalizedOnce, concatenated

    var model: Model {
      let inputs = [Input([6, 6, 2], name: "left"), Input([6, 6, 2], name: "right")]
      let model = Model(inputs: inputs, outputs: output(inputs[0], inputs[1]), name: rawValue, seed: 3)
      Zoo.draw(model)
      return model
    }

    private func output(_ left: Input, _ right: Input) -> SymbolicTensor {
      switch self {
      case .siamese:
        let encoder = Sequential(
          [
            Conv2D(filters: 4, kernelSize: 3, name: "conv"), BatchNormalization(name: "bn"), ReLU(),
            MaxPooling2D(), Flatten(), Dense(units: 5, activation: .relu, name: "features"),
          ], inputShape: [6, 6, 2], name: "encoder")
        return Dense(units: 3, name: "head")(Add()([encoder(left), encoder(right)]))
      case .chain:
        let tied = Dense(units: 8, name: "tied")
        let first = tied(Dense(units: 8, name: "first")(Flatten()(Add()([left, right]))))
        return tied(ReLU()(tied(first)))
      case .activations:
        let shared = Conv2D(filters: 3, kernelSize: 3, activation: .hardSwish, name: "shared")
        return Dense(units: 3)(Flatten()(Add()([shared(left), shared(right)])))
      case .separable:
        let shared = SeparableConv2D(filters: 3, kernelSize: 3, activation: .relu, name: "shared")
        return Dense(units: 3)(Flatten()(Add()([shared(left), shared(right)])))
      case .normalizedOnce:
        let shared = Conv2D(filters: 3, kernelSize: 3, name: "shared")
        let normalized = ReLU()(BatchNormalization()(shared(left)))
        return Dense(units: 3)(Flatten()(Add()([normalized, shared(right)])))
      case .concatenated:
        let shared = Conv2D(filters: 3, kernelSize: 3, name: "shared")
        return Dense(units: 3)(Flatten()(Concatenate()([shared(right), ReLU()(shared(left))])))
      }
    }
  }

  private let batch: [Tensor] = [1, 2].map { (seed: UInt64) in
    var generator = SeededGenerator(seed: seed)
    return .uniform(-1, Float(seed), shape: [24, 6, 6, 2], using: &generator)
  }

  private func train(_ model: Model) {
    let trainer = Trainer(
      model, optimizer: Adam(learningRate: 0.01), loss: .sparseCategoricalCrossEntropy(fromLogits: true))
    let classes = Targets.classes((0..<24).map { $0 % 3 })
    let weights = model.trainableWeights
    for _ in 0..<3 {
      let outputs = model.allOutputs(batch, training: true)[0]
      let loss = Loss.sparseCategoricalCrossEntropy(fromLogits: true)(outputs, classes)
      trainer.optimizer.apply(loss.gradients(of: weights), to: weights)
      model.weightsChanged()
    }
  }

  private func expectAgreement(_ model: QuantizedModel, _ location: SourceLocation = #_sourceLocation) throws
  {
    let integers = try convert(model).model
    let codes = zip(integers.inputs, batch).map { integers.operations[$0].grid.quantizeToInt8($1.values) }
    for path in [IntegerSession.Path.reference, .fast] {
      let session = IntegerSession(integers, maximumBatch: 24, path: path)
      let found = session.codes(codes, examples: 24)[0]
      let grid = integers.operations[integers.outputs[0]].grid
      #expect(
        found == grid.quantizeToInt8(model.allOutputs(batch)[0].values), "\(path)", sourceLocation: location)
    }
  }

  @Test(arguments: Network.allCases)
  func `a model with shared layers is quantized, trained, copied and converted`(_ network: Network) throws {
    let schemes: [QuantizeScheme] = [
      .tflite8Bit, .xnnpack8Bit, .onnxRuntime8Bit, .nBit(weights: 4, activations: 4, learnedSteps: true),
    ]
    for scheme in schemes {
      let float = network.model
      let quantized = try quantizeModel(float, calibratingOn: [batch], scheme: scheme)
      #expect(quantized.warnings == [], "\(scheme.name)")
      // The weights of the original, and ranges: none is there twice.
      let own = quantized.trainableWeights.filter {
        !$0.name.contains("logStep") && !$0.name.contains("offset")
      }
      #expect(own.count == float.trainableWeights.count, "\(own.map(\.name))")
      try expectAgreement(quantized)
      train(quantized)
      try expectAgreement(quantized)
      let copy = try #require(try quantized.copied() as? QuantizedModel)
      #expect(copy.allOutputs(batch)[0].values == quantized.allOutputs(batch)[0].values)
      let restored = removeQuantization(quantized)
      #expect(restored.weights.count == float.weights.count)
    }
  }

  @Test func `the calls of a layer have the same weights and ranges of their own`() throws {
    let quantized = try quantizeModel(Network.siamese.model, calibratingOn: [batch])
    let (integers, _) = try convert(quantized)
    let kernels = integers.operations.compactMap { operation in
      operation.name.hasPrefix("encoder_conv") ? operation.kernel : nil
    }
    #expect(kernels.count == 2)
    #expect(kernels[0].intWeights == kernels[1].intWeights && kernels[0].scales == kernels[1].scales)
    // One input reaches twice as far as the other.
    let paths = quantized.quantizers.map(\.path)
    #expect(paths.count { $0.hasSuffix("kernel") } == 3 && Set(paths).count == paths.count, "\(paths)")
    let outputs = quantized.quantizers.filter { $0.path.contains("encoder_re_lu") }
    #expect(outputs.count == 2 && outputs[0].quantizer.range != outputs[1].quantizer.range)
    #expect(quantized.explain().contains("kernel: shared by one layer, several calls"))
    #expect(integers.operations.map(\.name).count == Set(integers.operations.map(\.name)).count)
  }

  @Test func `a tied layer that was left out gets a remedy that works`() throws {
    let (x, tied) = (Input([3]), Dense(units: 3, name: "tied"))
    let examples = Tensor((0..<24).map { Float($0 % 7) / 7 }, shape: [8, 3])
    let partly = Model(inputs: x, outputs: tied(quantizeAnnotate(Dense(units: 3))(tied(x))))
    let error = #expect(throws: ConversionError.self) {
      try convert(quantizeApply(partly, calibratingOn: [examples]))
    }
    #expect(
      error?.description
        == "tied (Dense) is left in float: its input is not quantized: annotate the layer with quantizeAnnotate(_:), or "
        + "give its configuration a quantizer for it")
    let wholly = try quantizeAnnotateModel(partly)
    _ = try convert(quantizeApply(wholly, calibratingOn: [examples]))
  }
}
