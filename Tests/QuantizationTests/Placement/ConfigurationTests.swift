import Layers
import Quantization
import Quantizers
import Support
import Tensors
import Testing

/// A user's configuration is never overruled: not by a transform, a shared scale or the model's end.
@Suite struct ConfigurationTests {
  private static let fourBits = QuantizerFormat(bitWidth: 4, symmetric: true, narrowRange: true)

  private func config(_ weight: String = "kernel", output: Int = 5) -> QuantizeConfig {
    QuantizeConfig(
      weights: [weight: LastValueQuantizer(Self.fourBits)],
      output: .quantized(MovingAverageQuantizer(QuantizerFormat(bitWidth: output))))
  }

  private func bits(_ model: QuantizedModel) -> [String] {
    model.quantizers.map { "\($0.path) \($0.quantizer.format.bitWidth)" }
  }

  private func quantized(_ layers: [Layer], _ shape: [Int] = [4]) throws -> QuantizedModel {
    try quantizeModel(Models.sequential(layers, shape), calibratingOn: [Models.batch(shape)])
  }

  /// TFMOT switches the dense layer's quantizers off silently, those of its weights too.
  @Test func `a ReLU does not overrule the configuration of the layer before it`() throws {
    let model = try quantized([
      quantizeAnnotate(Dense(units: 3, name: "a"), config: config()), ReLU(name: "r"),
    ])
    #expect(
      bits(model) == [
        "quantize_input_layer/output 8", "quant_a/kernel 4", "quant_a/output 5", "quant_r/output 8",
      ])
    #expect(model.decisions.contains("quant_a: kernel placed by configuration"))
  }

  /// TFMOT mutes the output quantizer.
  @Test func `a concatenation does not overrule the configuration of its input`() throws {
    let x = Input([4], name: "x")
    let a = quantizeAnnotate(Dense(units: 3, name: "a"), config: config())(x)
    let model = Model(inputs: x, outputs: Concatenate(name: "cat")([a, Dense(units: 3, name: "b")(x)]))
    let quantized = try quantizeModel(model, calibratingOn: [Models.batch([4])])
    #expect(
      bits(quantized) == [
        "quantize_x/output 8", "quant_a/kernel 4", "quant_a/output 5", "quant_b/kernel 8",
        "quant_cat/output 8",
      ])
  }

  @Test func `the end of the model does not overrule a configuration`() throws {
    let model = try quantized([quantizeAnnotate(Dense(units: 3, name: "a"), config: config())])
    #expect(bits(model).last == "quant_a/output 5")
  }

  @Test func `a configuration's output is the output of the layer's activation`() throws {
    let model = try quantized([
      quantizeAnnotate(Dense(units: 3, activation: .tanh, name: "a"), config: config())
    ])
    #expect(bits(model) == ["quantize_input_layer/output 8", "quant_a/kernel 4", "quant_a_tanh/output 5"])
    #expect(model.decisions.contains("quant_a: output moved by activation as a layer"))
    expectExplanationsToMatch(model)
  }

  @Test func `a normalization is folded into a layer with its own configuration`() throws {
    let model = try quantized(
      [
        quantizeAnnotate(Dense(units: 3, name: "a"), config: config()), BatchNormalization(name: "bn"),
        ReLU(name: "r"),
      ])
    #expect(
      bits(model) == [
        "quantize_input_layer/output 8", "quant_a_bn/kernel 4", "quant_a_bn/output 5", "quant_r/output 8",
      ])
  }

  @Test func `a normalization with its own configuration remains a layer`() throws {
    let own = QuantizeConfig(
      weights: ["gamma": LastValueQuantizer()], output: .quantized(MovingAverageQuantizer()))
    let model = try quantized([
      Dense(units: 3, name: "a"), quantizeAnnotate(BatchNormalization(name: "bn"), config: own),
    ])
    #expect(
      model.quantizerPaths == [
        "quantize_input_layer/output", "quant_a/kernel", "quant_a/output", "quant_bn/gamma",
        "quant_bn/output",
      ])
    #expect(model.warnings == [.weightsInFloat(layer: "bn (BatchNormalization)", weights: ["beta"])])
  }

  @Test func `a separable convolution's configuration names both kernels`() throws {
    let both = QuantizeConfig(
      weights: [
        "pointwise_kernel": LastValueQuantizer(Self.fourBits), "depthwise_kernel": LastValueQuantizer(),
      ],
      output: .quantized(MovingAverageQuantizer(QuantizerFormat(bitWidth: 5))))
    let layer = SeparableConv2D(filters: 2, kernelSize: 3, activation: .relu, name: "s")
    let model = try quantized([quantizeAnnotate(layer, config: both)], [5, 5, 2])
    #expect(
      bits(model) == [
        "quantize_input_layer/output 8", "quant_s_depthwise/depthwise_kernel 8", "quant_s_depthwise/output 8",
        "quant_s/kernel 4", "quant_s_relu/output 5",
      ])
  }

  /// A custom layer with a layer inside; weights are named by their paths.
  private final class Gate: Layer {
    let dense = Dense(units: 4, name: "dense")
    override var sublayers: [Layer] { [dense] }
    override func build(inputShape: [Int]) {
      dense.buildOnce(inputShape: inputShape)
      addWeight("slope", shape: inputShape, initializer: .ones)
    }
    override func call(_ inputs: Tensor, training: Bool) -> Tensor {
      inputs * weight("slope").value * dense(inputs).sigmoid()
    }
    override func copied() -> Layer { Gate(name: name) }
  }

  @Test func `a custom layer is quantized as its configuration says`() throws {
    let own = QuantizeConfig(weights: [
      "slope": LastValueQuantizer(Self.fourBits), "dense/kernel": LastValueQuantizer(.weightsPerChannel),
    ])
    let float = Models.sequential([quantizeAnnotate(Gate(name: "gate"), config: own)], [4])
    let batch = Models.batch([4])
    let model = try quantizeModel(float, calibratingOn: [batch])
    #expect(
      model.quantizerPaths == [
        "quantize_input_layer/output", "quant_gate/slope", "quant_gate/dense/kernel", "quant_gate/output",
      ])
    #expect(model.warnings == [])
    // By hand, from the same ranges.
    func quantized(_ path: String, _ x: Tensor) throws -> Tensor {
      try #require(model.quantizer(path)).fakeQuantized(x)
    }
    let x = try quantized("quantize_input_layer/output", batch)
    let weights = removeQuantization(model).layer("gate").namedWeights
    func weight(_ path: String) throws -> Tensor {
      let value = try #require(weights.first { $0.path == path }).variable.value
      return path == "dense/bias" ? value : try quantized("quant_gate/\(path)", value)
    }
    let sums = x.matmul(try weight("dense/kernel"), bias: try weight("dense/bias"))
    let expected = try quantized("quant_gate/output", x * (try weight("slope")) * sums.sigmoid())
    #expect(model(batch).values == expected.values)
  }

  /// A layer whose weight has the name `output`.
  private final class Scaling: Layer {
    override func build(inputShape: [Int]) { addWeight("output", shape: inputShape, initializer: .ones) }
    override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs * weight("output").value }
    override func copied() -> Layer { Scaling(name: name) }
  }

  @Test func `a weight called output is a weight`() throws {
    let own = QuantizeConfig(weights: ["output": LastValueQuantizer()], output: .unchanged)
    let model = try quantizeModel(
      Models.sequential([quantizeAnnotate(Scaling(name: "a"), config: own)], [4]))
    #expect(model.quantizerPaths == ["quantize_input_layer/output", "quant_a/output"])
    #expect(model.quantizers.map { $0.quantizer.range == nil } == [true, false])
  }

  /// The quantizers of a configuration are templates: two layers with one configuration share nothing.
  @Test func `layers with one configuration share no quantizers`() throws {
    let shared = config()
    let model = try quantized([
      quantizeAnnotate(Dense(units: 3, name: "a"), config: shared),
      quantizeAnnotate(Dense(units: 3, name: "b"), config: shared),
    ])
    #expect(Set(model.quantizers.map { ObjectIdentifier($0.quantizer) }).count == 5)
    #expect(shared.weights.allSatisfy { $0.quantizer.range == nil })
  }
}
