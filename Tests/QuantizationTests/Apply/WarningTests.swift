import Layers
import Quantization
import Quantizers
import Tensors
import Testing

/// Warnings name what a user may not have intended, with a remedy, and nothing else.
@Suite struct WarningTests {
  private func model(
    _ scheme: QuantizeScheme = .tflite8Bit, _ config: QuantizeConfig? = nil, batches: [Tensor]? = nil
  )
    throws -> QuantizedModel
  {
    let float = Models.sequential(
      [quantizeAnnotate(Dense(units: 3, name: "a"), config: config), Dense(units: 2, name: "b")], [4])
    return try quantizeApply(float, calibratingOn: batches, scheme: scheme)
  }

  @Test func `missing ranges and layers in float are warned of`() throws {
    let fresh = try model()
    let text = "has no range yet, so the model cannot infer: calibrate(on:) a batch of inputs, or train"
    #expect(
      fresh.warnings.map(\.description) == [
        "b (Dense) is not annotated, so kernel, bias stay in float: annotate it by quantizeAnnotate(_:) if it is "
          + "to run on integers",
        "quantize_input_layer/output \(text)", "quant_a/output \(text)",
      ])
    #expect(fresh.explain().hasSuffix("\nwarning: quant_a/output \(text)"))
    try fresh.calibrate(on: [Models.batch([4])])
    #expect(fresh.warnings.count == 1)
    let all = try quantizeModel(Models.sequential([Dense(units: 3)], [4]), calibratingOn: [Models.batch([4])])
    #expect(!all.explain().contains("warning"))
  }

  @Test func `weights that a configuration leaves out are warned of`() throws {
    let quantized = try model(.tflite8Bit, QuantizeConfig(), batches: [Models.batch([4])])
    #expect(
      quantized.warnings.first?.description
        == "a (Dense): its configuration has no quantizer for kernel, so the layer cannot run on integers: add "
        + "one for each")
  }

  @Test func `ranges that are still the initial ones are warned of`() throws {
    let quantized = try model(.tfmot8Bit)
    let remedy = "whatever its values are: calibrate(on:) a batch of inputs, or train"
    #expect(
      quantized.warnings.dropFirst().map(\.description) == [
        "quantize_input_layer/output still has the range it started from, 0.0 to 0.0, \(remedy)",
        "quant_a/output still has the range it started from, -6.0 to 6.0, \(remedy)",
      ])
    _ = quantized(Models.batch([4]), training: true)
    #expect(quantized.warnings.count == 1)
  }

  @Test func `fixed and learned ranges need no data`() throws {
    for quantizer in [FixedQuantizer(from: 0, to: 1), LearnedClipQuantizer(startingAt: 2)] as [Quantizer] {
      let config = QuantizeConfig(weights: ["kernel": LastValueQuantizer()], output: .quantized(quantizer))
      let warnings = try model(.tflite8Bit, config).warnings.map(\.description)
      #expect(!warnings.contains { $0.contains("quant_a/output") })
    }
  }
}
