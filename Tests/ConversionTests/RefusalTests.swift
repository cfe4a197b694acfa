import Conversion
import IntegerInference
import Layers
import Quantization
import Quantizers
import Support
import Tensors
import Testing

/// A layer that cannot run on integers is refused by name, with the cause and the remedy.
@Suite struct RefusalTests {
  private let batch = Tensor((0..<32).map { Float($0) / 31 - 0.5 }, shape: [2, 4, 4, 1])

  private func refusal(
    _ layers: [Layer], _ scheme: QuantizeScheme = .tflite8Bit, calibrates: Bool = true
  ) throws -> String {
    let model = Sequential(layers, inputShape: [4, 4, 1])
    for weight in model.weights where weight.shape.count > 1 { weight.value = weight.value + 0.25 }
    let quantized = try quantizeApply(model, calibratingOn: calibrates ? [batch] : nil, scheme: scheme)
    let error = #expect(throws: ConversionError.self) { try convert(quantized) }
    return error?.description ?? ""
  }

  private func annotated(_ layers: Layer...) -> [Layer] { layers.map { quantizeAnnotate($0) } }

  @Test func `a layer left in float is refused`() throws {
    let message = try refusal([quantizeAnnotate(Flatten()), Dense(units: 2, name: "head")])
    #expect(message.contains("head (Dense)") && message.contains("is not quantized"))
    #expect(message.contains("annotate the layer with quantizeAnnotate(_:)"))
  }

  @Test func `a kernel left in float is refused`() throws {
    let message = try refusal([
      quantizeAnnotate(Flatten()), quantizeAnnotate(Dense(units: 2, name: "head"), config: QuantizeConfig()),
    ])
    #expect(
      message.contains(
        "head (Dense) is annotated, and its configuration leaves its kernel in float: give it a quantizer there"
      ))
  }

  @Test func `a normalization that is not folded is refused`() throws {
    let message = try refusal(
      annotated(Conv2D(filters: 2, kernelSize: 3)) + [
        quantizeAnnotate(BatchNormalization(name: "bn"), config: QuantizeConfig())
      ])
    #expect(message.contains("bn (BatchNormalization) cannot run on integers: it is not folded"))
  }

  @Test func `a model without ranges is refused`() throws {
    let message = try refusal(annotated(Flatten(), Dense(units: 2)), calibrates: false)
    #expect(message.contains("no range yet: calibrate or train the model first"))
  }

  @Test func `weights of more than 8 bits are refused`() throws {
    let message = try refusal(
      annotated(Flatten(), Dense(units: 2, name: "head")), .nBit(weights: 16, activations: 8))
    #expect(
      message
        == "head (Dense) has 16 bits for its kernel, and codes are bytes: quantize it to 8 bits or fewer")
  }

  @Test func `weights on an affine grid are refused`() throws {
    let config = QuantizeConfig(weights: ["kernel": LastValueQuantizer(QuantizerFormat())])
    let message = try refusal([
      quantizeAnnotate(Flatten()), quantizeAnnotate(Dense(units: 2, name: "head"), config: config),
    ])
    #expect(message.contains("head (Dense) cannot run on integers: its kernel's grid is affine"))
    #expect(message.contains("use a symmetric format for the weights"))
  }

  @Test func `an addition of three tensors is refused`() throws {
    let input = Input([4])
    let branches = (0..<3).map { Dense(units: 2, name: "branch_\($0)")(input) }
    let model = Model(inputs: input, outputs: Add(name: "sum")(branches))
    let error = #expect(throws: ConversionError.self) {
      try convert(model, calibratingOn: [Tensor([1, 2, 3, 4], shape: [1, 4])])
    }
    #expect(error?.description.contains("sum (Add) cannot run on integers: it adds 3 tensors") == true)
  }

  @Test func `a model that cannot be quantized is refused`() throws {
    let model = Sequential([Flatten(), Dense(units: 2)])
    let error = #expect(throws: ConversionError.self) { try convert(model, calibratingOn: [batch]) }
    #expect(error?.description.contains("is not built") == true)
  }

  /// 70,000 weights of code 127 and inputs of up to 255 make 2.27 · 10⁹, more than 2³¹.
  @Test func `an accumulator that could overflow is refused`() throws {
    let model = Sequential([Dense(units: 1, useBias: false, name: "wide")], inputShape: [70_000])
    model.weights[0].value = .filled(1, shape: [70_000, 1])
    let batch = Tensor.filled(1, shape: [1, 70_000])
    let error = #expect(throws: ConversionError.self) { try convert(model, calibratingOn: [batch]) }
    let message = error?.description ?? ""
    #expect(message.contains("wide") && message.contains("2266950000"), "\(message)")
  }

  @Test func `a learned step that fell to 0 is warned of, and named as the cause where nothing is left`()
    throws
  {
    var scheme = QuantizeScheme.nBit(weights: 8, activations: 8)
    scheme.weights = { layer in LearnedStepQuantizer(QuantizeScheme.kernelFormat(of: layer, bitWidth: 8)) }
    scheme.activations = { LearnedClipQuantizer() }
    let float = Sequential(
      [Conv2D(filters: 3, kernelSize: 1), ReLU(), Flatten(), Dense(units: 2)], inputShape: [3, 3, 2])
    var generator = SeededGenerator(seed: 1)
    let batch = Tensor.uniform(-1, 1, shape: [8, 3, 3, 2], using: &generator)
    let model = try quantizeModel(
      float,
      calibratingOn: [batch], scheme: scheme)
    func quantizer(_ path: String) throws -> Quantizer {
      try #require(model.quantizers.first { $0.path == path }).quantizer
    }
    #expect(model.warnings.isEmpty && (try? IntegerModel(converting: model)) != nil)
    let kernel = try quantizer("quant_conv2d/kernel").variable("step")
    kernel.value = Tensor([0.01, -0.1, 0.01], shape: [3])
    #expect(model.warnings == [.rangeCollapsed(tensor: "quant_conv2d/kernel", channels: 1, of: 3)])
    #expect((try? IntegerModel(converting: model)) != nil)  // the channel is dead
    try quantizer("quant_re_lu/output").variable("clip").value = Tensor(-0.5)
    #expect(
      model.explain().contains(
        "quant_re_lu/output: what its quantizer learns fell to 0 or below, so that all"))
    let error = #expect(throws: ConversionError.self) { try IntegerModel(converting: model) }
    #expect(error?.description.contains("what its quantizer learns fell to 0 or below") == true)
  }
}
