import Layers
import Quantization
import Quantizers
import Tensors
import Testing

/// What `print` shows of a quantized model and of the values around it.
@Suite struct DescriptionTests {
  /// A convolution with a folded normalization and a ReLU, a layer left in float, and a dense layer.
  private func model(calibrated: Bool = true) throws -> QuantizedModel {
    let float = Models.sequential(
      [
        quantizeAnnotate(Conv2D(filters: 2, kernelSize: 1, name: "conv")),
        quantizeAnnotate(BatchNormalization(name: "bn")), quantizeAnnotate(ReLU(name: "relu")),
        quantizeAnnotate(AveragePooling2D(name: "pool")), Flatten(name: "flat"),
        Dense(units: 2, name: "head"),
      ], [2, 2, 1])
    return try quantizeApply(
      float, calibratingOn: calibrated ? [Tensor([0, 0.5, -1, 1], shape: [1, 2, 2, 1])] : nil)
  }

  @Test func `a quantized model prints its scheme and a table of its quantizers`() throws {
    let lines = "\(try model())".split(separator: "\n").map(String.init)
    #expect(
      lines == [
        "quantized_sequential: TFLite, 8 bits; 3 of 5 layers quantized",
        "layer                 type                         weights                    output",
        "────────────────────  ───────────────────────────  ─────────────────────────  ─────────────────────────",
        "quantize_input_layer  QuantizeLayer                –                          8 bits, −1…1",
        "quant_conv_bn         Conv2D + BatchNormalization  kernel 8 bits per channel  –",
        "quant_relu            ReLU                         –                          8 bits, 0…0.00244",
        "quant_pool            AveragePooling2D             –                          8 bits, 0…0.00244, shared",
        "flat                  Flatten                      –                          float",
        "head                  Dense                        float                      float",
        "1 warning: see explain()",
      ])
    let fresh = "\(try model(calibrated: false))"
    #expect(fresh.contains("8 bits, no range") && fresh.hasSuffix("3 warnings: see explain()"))
  }

  @Test func `integer parameters print their grids and their first channels`() throws {
    let float = Models.sequential([Conv2D(filters: 6, kernelSize: 1, name: "conv")], [1, 1, 1])
    float.layer("conv").weight("kernel").value = Tensor([1, 0.5, 0.25, -1, 2, 4], shape: [1, 1, 1, 6])
    let batch = Tensor([0, 1], shape: [2, 1, 1, 1])
    let parameters = try quantizeModel(float, calibratingOn: [batch]).integerParameters(of: "conv")
    let lines = [
      "conv: 1×1×1×6 weights of 8 bits", "  input: scale 0.003922, zero point −128",
      "  output: scale 0.0212, zero point −83", "  channel  weight scale     bias   multiplier",
      "  ───────  ────────────  ───────  ───────────", "        0      0.007874  −13,892   0.7458·2⁻⁹",
      "        1      0.003937   −7,696  0.7458·2⁻¹⁰", "        2      0.001969   47,561  0.7458·2⁻¹¹",
      "        3      0.007874    1,675   0.7458·2⁻⁹", "  … and 2 more channels",
    ]
    #expect("\(parameters)" == lines.joined(separator: "\n"))
    let dense = Models.sequential([Dense(units: 2, useBias: false, name: "dense")], [1])
    dense.layer("dense").weight("kernel").value = Tensor([1, -1], shape: [1, 2])
    let one = try quantizeModel(
      dense, calibratingOn: [Tensor([0, 1], shape: [2, 1])],
      scheme: .nBit(weights: 8, activations: 8, scalePerUnit: false)
    ).integerParameters(of: "dense")
    let few = [
      "dense: 1×2 weights of 8 bits", "  input: scale 0.003922, zero point −128",
      "  output: scale 0.007843, zero point −1", "  channel  weight scale  bias  multiplier",
      "  ───────  ────────────  ────  ──────────", "  all          0.007874  –     0.5039·2⁻⁷",
    ]
    #expect("\(one)" == few.joined(separator: "\n"))
  }

  @Test func `a report prints the losses and the table`() throws {
    let model = try model()
    let inputs = Tensor([0, 0.5, -1, 1], shape: [1, 2, 2, 1])
    let report = model.report(on: [inputs]) { $0.sum().scalar }
    let lines = "\(report)".split(separator: "\n").map(String.init)
    #expect(lines[0].hasPrefix("TFLite, 8 bits on 1 example: loss "))
    #expect(Array(lines.dropFirst()) == report.table.terminalLines())
    let health = model.rangeHealth(on: [inputs])
    #expect("\(health)" == health.table.terminalLines().joined(separator: "\n"))
  }

  @Test func `decisions, configurations, schemes and warnings print one line each`() throws {
    let model = try model()
    let decisions = model.explanations.flatMap(\.decisions)
    #expect(
      decisions.first?.description
        == "output: placed by input of quantized layers: all values, 8 bits, affine; the model's input feeds conv"
    )
    #expect(decisions.contains { "\($0)".hasPrefix("output: shared by registry: ") })
    #expect(model.explanations.map { "\($0)" } == model.explanations.map(\.text))
    let config = QuantizeConfig(
      weights: ["kernel": LastValueQuantizer(.weights)], output: .quantized(MovingAverageQuantizer()))
    #expect(
      "\(config)" == "kernel: last value, 8 bits, symmetric, narrow; output: moving average, 8 bits, affine")
    #expect("\(QuantizeConfig(output: .unchanged))" == "output: unchanged")
    #expect("\(QuantizeConfig(output: .sharedWithInput))" == "output: at its input's scale")
    #expect(
      "\(QuantizeScheme.nBit(weights: 4, activations: 3))"
        == "W4A3: activations by moving average, 3 bits, affine; batch normalization by singleConvolution; "
        + "arithmetic of tflite")
    #expect(
      "\(QuantizeScheme.tfmot8Bit)".hasSuffix(
        "batch normalization by unfolded; arithmetic of real numbers"))
    #expect("\(QuantizationWarning.noRange(tensor: "a/output"))".hasPrefix("a/output has no range yet"))
  }

  @Test func `a layer that quantizes nothing says so in the explanation`() throws {
    let model = try quantizeModel(Models.sequential([Flatten(name: "flat"), Dense(units: 2)], [2, 2]))
    let flat = try #require(model.explanations.first { $0.name == "flat" })
    #expect(flat.decisions.map(\.action) == [.notQuantized])
    #expect(
      flat.text.hasPrefix("flat (Flatten)\n  output: not quantized by registry: the layer's output needs no"))
  }
}
