import Conversion
import FixedPoint
import IntegerInference
import Layers
import Quantization
import Tensors
import Testing

/// Biases that do not fit 32 bits: they saturate where no output changes; else the scale grows and the report says so.
@Suite struct BiasTests {
  /// A layer of three channels, one of which has the bias, then perhaps a ReLU.
  private func model(_ kind: String, bias: Float, kernel: Float = 0.5, relu: Bool) -> Model {
    let layer: Layer =
      kind == "convolution"
      ? Conv2D(filters: 3, kernelSize: 1, name: "layer") : Dense(units: 3, name: "layer")
    let shape = kind == "convolution" ? [2, 2, 2] : [2]
    let model = Sequential([layer] + (relu ? [ReLU(name: "relu")] : []), inputShape: shape)
    let values: [Float] = [0.9, -0.7, 0.4, 0.6, 0.8, -0.3].map { $0 * kernel / 0.9 }
    let weight = layer.weight("kernel")
    weight.value = Tensor(values, shape: weight.shape)
    layer.weight("bias").value = Tensor([0.1, bias, 0.2], shape: [3])
    return model
  }

  private func batch(_ model: Model) -> Tensor {
    let shape = model.inputs[0].shape
    let count = 8 * shape.reduce(1, *)
    let values: [Float] = (0..<count).map { Float($0 * 37 % 101) / 50 - 1 }
    return Tensor(values, shape: [8] + shape)
  }

  private var schemes: [QuantizeScheme] {
    [.tflite8Bit, .xnnpack8Bit, .onnxRuntime8Bit, .nBit(weights: 8, activations: 8, scalePerUnit: false)]
  }

  @Test(arguments: ["convolution", "dense"])
  func `a bias far below a ReLU saturates, and no output changes`(_ kind: String) throws {
    for scheme in schemes {
      let (far, near) = (model(kind, bias: -1e8, relu: true), model(kind, bias: -100, relu: true))
      let batch = batch(far)
      let (integers, report) = try convert(far, calibratingOn: [batch], scheme: scheme)
      let (others, plain) = try convert(near, calibratingOn: [batch], scheme: scheme)
      let kernels = [integers, others].compactMap { $0.operations[1].kernel }
      // The weights are those of a bias that fits, and so are the codes.
      #expect(kernels[0].scales == kernels[1].scales && kernels[0].intWeights == kernels[1].intWeights)
      let codes = [integers, others].map { model in
        IntegerSession(model, maximumBatch: 8).codes(
          model.operations[0].grid.quantizeToInt8(batch.values), examples: 8)
      }
      #expect(codes[0] == codes[1])
      #expect(
        report.operations[1].biasAdjustments == [BiasAdjustment(channel: 1, bias: -1e8, action: .saturated)])
      #expect(plain.operations.allSatisfy { $0.biasAdjustments.isEmpty })
      #expect(
        "\(report)".hasSuffix(
          "\nlayer: the bias of channel 1, −10⁸, does not fit 32 bits and saturates: the output of the channel is "
            + "the same for every input"), "\(report)")
    }
  }

  @Test func `a bias far above the end of a ReLU6 saturates, and no output changes`() throws {
    let layer = Conv2D(filters: 2, kernelSize: 1, activation: .relu6, name: "layer")
    let model = Sequential([layer], inputShape: [2, 2, 2])
    layer.weight("bias").value = Tensor([0, 1e8], shape: [2])
    let batch = batch(model)
    let (integers, report) = try convert(model, calibratingOn: [batch])
    #expect(
      report.operations[1].biasAdjustments == [BiasAdjustment(channel: 1, bias: 1e8, action: .saturated)])
    let codes = IntegerSession(integers, maximumBatch: 8).codes(
      integers.operations[0].grid.quantizeToInt8(batch.values), examples: 8)
    #expect(stride(from: 1, to: codes.count, by: 2).allSatisfy { codes[$0] == 127 })
  }

  /// Without a ReLU the bias is an output, so the scale grows; per channel only that of the bias.
  @Test(arguments: ["convolution", "dense"], [true, false])
  func `a bias that is an output raises the scale, and the report says by how much`(
    _ kind: String, _ isPerChannel: Bool
  ) throws {
    let float = model(kind, bias: -1e6, kernel: 0.9, relu: false)
    let scheme: QuantizeScheme =
      isPerChannel ? .tflite8Bit : .nBit(weights: 8, activations: 8, scalePerUnit: false)
    let batch = batch(float)
    let quantized = try quantizeModel(float, calibratingOn: [batch], scheme: scheme)
    let parameters = try quantized.integerParameters(of: "layer")
    guard !parameters.biasAdjustments.isEmpty else {
      Issue.record("the bias fits: \(parameters)")
      return
    }
    let adjustment = try #require(parameters.biasAdjustments.first)
    guard case .raisedScale(let factor) = adjustment.action else {
      Issue.record("\(adjustment)")
      return
    }
    #expect(parameters.biasAdjustments.count == 1 && adjustment.channel == 1 && factor > 1)
    #expect(abs(Double(parameters.bias32[1])) >= 0x1p29)
    #expect(try convert(quantized).report.operations[1].biasAdjustments == parameters.biasAdjustments)
    #expect("\(parameters)".contains("times as large as they need"))
    // What is simulated is what runs.
    let found = quantized.agreement(with: try convert(quantized).model, on: batch)
    #expect(found.equalCodes == found.codes)
  }

  @Test func `an accumulator that its bias fills is refused with the bias as the cause`() throws {
    let grid = try AffineQuantizer(scale: 0.5, zeroPoint: 0)
    let kernel = IntegerKernel(shape: [1, 1], intWeights: [1], scales: [1], bias32: [.max])
    let error = #expect(throws: IntegerModelError.self) {
      try IntegerModel(
        name: "m",
        operations: [
          IntegerOperation(name: "x", kind: .input, shape: [1], grid: grid),
          IntegerOperation(name: "dense", kind: .dense(kernel), inputs: [0], shape: [1], grid: grid),
        ], outputs: [1])
    }
    #expect(
      error?.description
        == "integer operation dense: the bias of channel 0 is 2147483647, so that its accumulator could reach "
        + "2147483775, and its arithmetic ends at 2147483647; look for what made the bias so large, or calibrate "
        + "again, so that the output's range holds what the bias gives")
  }
}
