import Layers
import Quantization
import Quantizers
import Tensors
import TestSupport
import Testing
import Training

/// TFMOT 0.8.1 as the oracle where it is right, and its defects, with their numbers, where it is not.
@Suite struct TFMOTTests {
  enum Case: String, CaseIterable, Sendable {
    case convPoolDense = "conv-pool-dense"
    case convBNReLU = "conv-bn-relu"

    var layers: [Layer] {
      func conv(_ name: String, useBias: Bool = true, _ activation: ActivationFunction = .linear) -> Layer {
        Conv2D(filters: 4, kernelSize: 3, activation: activation, useBias: useBias, name: name)
      }
      let end = [Flatten(name: "flatten"), Dense(units: 3, name: "dense")]
      return switch self {
      case .convPoolDense: [conv("conv", .relu), MaxPooling2D(name: "pool")] + end
      case .convBNReLU:
        [
          conv("conv"), BatchNormalization(name: "bn"), ReLU(name: "relu"), conv("conv_1", useBias: false),
          BatchNormalization(name: "bn_1"), ReLU(name: "relu_1"),
        ] + end
      }
    }

    var optimizer: Optimizer {
      self == .convPoolDense ? Adam(learningRate: 0.01) : SGD(learningRate: 0.1)
    }

    /// Our paths by TFMOT's names; a folded layer is named after both layers.
    static let paths = [
      "input": "quantize_input_layer/output", "conv/post_activation": "quant_conv_relu/output",
      "dense/post_activation": "quant_dense/output", "dense/kernel": "quant_dense/kernel",
      "relu/output": "quant_relu/output", "relu_1/output": "quant_relu_1/output",
    ]

    func path(_ theirs: String) -> String {
      guard theirs.hasPrefix("conv"), theirs.hasSuffix("/kernel") else {
        return Self.paths[theirs] ?? theirs
      }
      let name = theirs.prefix { $0 != "/" }
      guard self == .convBNReLU else { return "quant_\(name)/kernel" }
      return "quant_\(name)_\(name.replacing("conv", with: "bn"))/kernel"
    }

    var model: QuantizedModel {
      get throws {
        try quantizeModel(Sequential(layers, inputShape: [8, 8, 1]), scheme: .tfmot8Bit)
      }
    }
  }

  /// The weight that TFMOT calls LAYER/WEIGHT.
  private func weight(_ name: String, of model: Model) throws -> Variable {
    try #require(
      model.namedWeights.first { $0.path == name || $0.path.hasSuffix("/" + name) }?.variable, "\(name)")
  }

  @Test(arguments: Case.allCases) func `every quantizer is where TFMOT puts it`(_ item: Case) throws {
    let fixture = try KerasFixture(item.rawValue, in: .module)
    let model = try item.model
    let theirs = fixture.named("placed:").map { (path: item.path($0.name), scales: Int($0.tensor.scalar)) }
    #expect(Set(model.quantizerPaths) == Set(theirs.map(\.path)))
    #expect(model.quantizerPaths.count == theirs.count)
    for (path, scales) in theirs {
      let quantizer = try #require(model.quantizer(path), "\(path)")
      #expect((quantizer.format.isPerChannel ? 4 : 1) == scales, "\(path)")
    }
  }

  @Test(arguments: Case.allCases) func `ten steps of training track TFMOT's`(_ item: Case) throws {
    let fixture = try KerasFixture(item.rawValue, in: .module)
    let model = try item.model
    for (name, value) in fixture.named("start:") { try weight(name, of: model).value = value }
    let trainer = Trainer(
      model, optimizer: item.optimizer, loss: .sparseCategoricalCrossEntropy(fromLogits: true))
    let labels = try fixture.one("labels").values.map { Int($0) }
    let batch = try fixture.one("batch")
    let losses = (0..<10).map { _ in trainer.step(inputs: batch, targets: .classes(labels)).loss }
    expectClose(Tensor(losses, shape: [10]), try fixture.one("losses"), within: 1e-3, "losses")
    for (name, value) in fixture.named("end:") where !name.hasSuffix("min") && !name.hasSuffix("max") {
      expectClose(try weight(name, of: model).value, value, within: 1e-2, name)
    }
    for (path, range) in ranges(of: fixture, item) {
      let ours = try #require(model.quantizer(path)?.range)
      for (a, b) in zip(ours.low + ours.high, range.low + range.high) {
        #expect(abs(a - b) < 1e-2, "\(path)")
      }
    }
  }

  @Test(arguments: Case.allCases) func `equal weights and ranges give TFMOT's outputs`(_ item: Case) throws {
    let fixture = try KerasFixture(item.rawValue, in: .module)
    let model = try item.model
    for (name, value) in fixture.named("end:") where !name.hasSuffix("min") && !name.hasSuffix("max") {
      try weight(name, of: model).value = value
    }
    for (path, range) in ranges(of: fixture, item) { model.quantizer(path)?.range = range }
    let ours = model(try fixture.one("batch")).values
    let theirs = try fixture.one("inference").values
    // The sums differ in their last bits, so a value next to a tie may fall on either side of it.
    let scale = try #require(try model.quantizer("quant_dense/output")?.affineQuantizers().first?.scale)
    let differences = zip(ours, theirs).map { abs($0 - $1) }
    #expect(differences.allSatisfy { $0 < 1.01 * scale })
    #expect(differences.count { $0 > 1e-5 } <= 1)
  }

  private func ranges(of fixture: KerasFixture, _ item: Case) -> [(path: String, range: ValueRange)] {
    let ends = fixture.named("end:")
    return ends.filter { $0.name.hasSuffix("min") }.compactMap { name, low in
      let stem = name.dropLast(3)
      guard let high = ends.first(where: { $0.name == stem + "max" }) else { return nil }
      let name = stem.hasSuffix("_") || stem.hasSuffix("/") ? stem.dropLast() : stem
      return (item.path(String(name)), ValueRange(low: low.values, high: high.tensor.values))
    }
  }

  // MARK: Where it is wrong

  private func placed(_ name: String) throws -> [String] {
    try KerasFixture(name, in: .module).named("placed:").map(\.name)
  }

  @Test func `TFMOT's ReLU layer switches the kernel's fake quantization off, ours does not`() throws {
    #expect(try placed("relu-layer-trap") == ["input", "relu/output"])  // no conv/kernel
    let model = try quantizeModel(
      Sequential(
        [Conv2D(filters: 4, kernelSize: 3, name: "conv"), ReLU(name: "relu")], inputShape: [8, 8, 1])
    )
    #expect(
      model.quantizerPaths == ["quantize_input_layer/output", "quant_conv/kernel", "quant_relu/output"])
  }

  @Test func `TFMOT quantizes a normalized dense layer's output twice, we once`() throws {
    #expect(try placed("dense-bn-relu") == ["input", "dense/kernel", "bn/output", "relu/output"])
    let model = try quantizeModel(
      Sequential(
        [Dense(units: 4, name: "dense"), BatchNormalization(name: "bn"), ReLU(name: "relu")], inputShape: [6])
    )
    #expect(
      model.quantizerPaths == ["quantize_input_layer/output", "quant_dense_bn/kernel", "quant_relu/output"])
  }

  @Test func `TFMOT's depthwise kernel has one scale, ours one for each channel`() throws {
    let fixture = try KerasFixture("depthwise-per-axis", in: .module)
    #expect(try fixture.one("placed:depthwise/depthwise_kernel").scalar == 1)
    let model = try quantizeModel(
      Models.sequential([DepthwiseConv2D(kernelSize: 3, name: "depthwise")], [8, 8, 4]))
    #expect(model.quantizer("quant_depthwise/depthwise_kernel")?.range?.low.count == 4)
  }

  @Test func `TFMOT's fixed quantizer always has 256 levels, ours those of its bits`() throws {
    #expect(try KerasFixture("fixed-quantizer", in: .module).one("levels-of-two-bits").scalar == 256)
    let fixed = FixedQuantizer(QuantizerFormat(bitWidth: 2), from: -1, to: 1)
    let values = (0..<4096).map { Float($0) / 1024 - 2 }
    #expect(Set(fixed.fakeQuantized(Tensor(values, shape: [4096])).values).count == 4)
  }

  @Test func `TFMOT's moving average keeps its start, ours begins with the first batch`() throws {
    // After 10 steps behind a ReLU, whose least value is 0: −6 · 0.999¹⁰ = −5.9403.
    let low = try KerasFixture("conv-pool-dense", in: .module).one("end:conv/post_activation_min").scalar
    #expect(abs(low - -5.9403) < 1e-4)
    let model = try quantizeModel(
      Models.sequential(Case.convPoolDense.layers, [8, 8, 1]), calibratingOn: [Models.batch([8, 8, 1])])
    #expect(model.quantizer("quant_conv_relu/output")?.range?.low == [0])
  }

  @Test func `TFMOT does not say that a model is already quantized, we do`() throws {
    let fixture = try KerasFixture("quantized-twice", in: .module)
    #expect(try fixture.one("raises").scalar == 1)
    #expect(try fixture.one("says-already-quantized").scalar == 0)
    let once = try quantizeModel(Models.sequential([Dense(units: 3)], [6]))
    #expect(throws: QuantizationError.alreadyQuantized(layer: "quantized_sequential (QuantizedModel)")) {
      try quantizeModel(once)
    }
  }
}
