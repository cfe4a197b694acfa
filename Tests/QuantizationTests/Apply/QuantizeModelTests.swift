import Layers
import Quantization
import Quantizers
import Support
import Tensors
import Testing
import Training

/// `quantizeModel` as a whole: the original stays as it is; the result is close to it and can be trained.
@Suite struct QuantizeModelTests {
  /// TFMOT's model is no better than guessing until it is trained, because its ranges start at 0…0 and −6…6.
  @Test func `a fresh quantized model scores within half a point and trains on`() throws {
    let model = TrainedDigits.model()
    let before = model.weightBits
    let float = TrainedDigits.accuracy(model)
    #expect(float > 0.85)
    let batches = [TrainedDigits.batch(0..<200), TrainedDigits.batch(200..<400)]
    for scheme in [QuantizeScheme.tflite8Bit, .onnxRuntime8Bit] {
      let fresh = try quantizeModel(model, calibratingOn: batches, scheme: scheme)
      #expect(abs(TrainedDigits.accuracy(fresh) - float) <= 0.005, "\(scheme.name)")
    }
    #expect(TrainedDigits.accuracy(try quantizeModel(model, scheme: .tfmot8Bit)) < 0.2)
    let quantized = try quantizeModel(model, calibratingOn: batches)
    try TrainedDigits.trainer(quantized).fit(TrainedDigits.digits, epochs: 2, batchSize: 32)
    #expect(model.weightBits == before)
    let trained = TrainedDigits.accuracy(quantized)
    #expect(trained > float - 0.01)
    #expect(abs(trained - TrainedDigits.accuracy(removeQuantization(quantized))) < 0.01)
  }

  @Test func `calibration is deterministic and its ranges cover the values`() throws {
    let model = Models.sequential(
      [
        Conv2D(filters: 4, kernelSize: 3, activation: .relu, name: "a"), Flatten(),
        Dense(units: 3, name: "b"),
      ],
      [28, 28, 1])
    let x = TrainedDigits.batch(0..<100)
    let (first, second) = (
      try quantizeModel(model, calibratingOn: [x]), try quantizeModel(model, calibratingOn: [x])
    )
    #expect(first.weightBits == second.weightBits)
    #expect(first.quantizers.allSatisfy { $0.quantizer.phase == .learning })
    // From one batch, each range is that of its values, widened to hold 0.
    let conv = Model(inputs: model.inputs, outputs: [model.output(of: "a")], name: "conv")(x)
    for (path, values) in [("quantize_input_layer", x), ("quant_a_relu", conv), ("quant_b", model(x))] {
      let range = try #require(first.quantizer("\(path)/output")?.range)
      let (low, high) = (values.values.min() ?? 0, values.values.max() ?? 0)
      #expect(range == ValueRange(min(low, 0), max(high, 0)), "\(path)")
    }
    for (path, layer) in [("quant_a/kernel", "a"), ("quant_b/kernel", "b")] {
      let quantizer = try #require(first.quantizer(path))
      let kernel = model.layer(layer).weight("kernel").value
      let step = try #require(try quantizer.affineQuantizers().map(\.scale).max())
      let worst = zip(quantizer.fakeQuantized(kernel).values, kernel.values).map { abs($0 - $1) }.max() ?? 1
      #expect(worst <= step / 2 * 1.0001, "nothing is clipped")
    }
    // A second calibration adds to the first.
    try first.calibrate(on: [TrainedDigits.batch(100..<200), TrainedDigits.batch(200..<300)])
    try second.calibrate(on: [TrainedDigits.batch(100..<200)])
    try second.calibrate(on: [TrainedDigits.batch(200..<300)])
    #expect(first.weightBits == second.weightBits)
  }

  @Test func `phases are restored after calibration`() throws {
    let model = try quantizeModel(
      Models.sequential([Dense(units: 3)], [4]), calibratingOn: [Models.batch([4])])
    for (index, item) in model.quantizers.enumerated() {
      item.quantizer.phase = [.frozen, .off, .learning][index]
    }
    try model.calibrate(on: [Models.batch([4])])
    model.withPhase(.frozen) { #expect(model.quantizers.allSatisfy { $0.quantizer.phase == .frozen }) }
    #expect(model.quantizers.map(\.quantizer.phase) == [.frozen, .off, .learning])
    #expect(throws: QuantizationError.noCalibrationData) {
      try model.withPhase(.off) { () throws(QuantizationError) in try model.calibrate(on: [Tensor]()) }
    }
    #expect(model.quantizers.map(\.quantizer.phase) == [.frozen, .off, .learning])
  }

  @Test func `a model of several inputs is calibrated on a tensor for each`() throws {
    let (a, b) = (Input([3], name: "a"), Input([2], name: "b"))
    let both = Concatenate(name: "cat")([Dense(units: 2)(a), Dense(units: 2)(b)])
    let model = Model(inputs: [a, b], outputs: [both], name: "two")
    let batches = [[Models.batch([3]), Models.batch([2])]]
    let quantized = try quantizeModel(model, calibratingOn: batches)
    #expect(quantized.warnings == [])
    #expect(quantized.quantizerPaths.count == 5)
    #expect(quantized(batches[0]).shape == [4, 4])
  }
}
