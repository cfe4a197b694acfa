import Layers
import Quantization
import Quantizers
import Support
import Tensors
import TestSupport
import Testing
import Training

/// Calibration finds the ranges that the examples call for, by the method that is asked for.
@Suite struct CalibrationTests {
  static let methods: [CalibrationMethod?] = [nil, .minMax, .percentile(99), .meanSquaredError, .entropy]

  private static var images: Tensor { Models.batch([8, 8, 1], count: 37, seed: 3) }

  /// Each number is one product, so that no processor's order of sums makes it depend on its batch.
  private static func float() -> Model {
    Models.sequential(
      [
        Conv2D(filters: 4, kernelSize: 1, activation: .relu, name: "a"), MaxPooling2D(poolSize: 2),
        DepthwiseConv2D(kernelSize: 1, activation: .relu, name: "b"),
        DepthwiseConv2D(kernelSize: 1, name: "c"),
      ], [8, 8, 1])
  }

  /// The examples in batches of these sizes.
  private static func cut(_ sizes: [Int]) -> [Tensor] {
    var first = 0
    return sizes.map { size in
      defer { first += size }
      return images.sliced(first..<first + size, axis: 0)
    }
  }

  /// Schemes whose quantizers each find their ranges in another way.
  private static func schemes() -> [QuantizeScheme] {
    var steps = QuantizeScheme.tflite8Bit
    steps.activations = { LearnedStepQuantizer(QuantizerFormat(symmetric: true), isLogarithmic: true) }
    var clips = QuantizeScheme.tflite8Bit
    clips.activations = { LearnedClipQuantizer() }
    var histograms = QuantizeScheme.tflite8Bit
    histograms.activations = { HistogramQuantizer(rule: .percentile(99.5)) }
    return [
      .tflite8Bit, .powerOfTwo, .tfmot8Bit, .nBit(weights: 4, activations: 4, learnedSteps: true), steps,
      clips,
      histograms,
    ]
  }

  @Test(arguments: methods) func `ranges do not depend on how the examples are cut into batches`(
    _ method: CalibrationMethod?
  ) throws {
    for scheme in Self.schemes() {
      let whole = try quantizeModel(
        Self.float(), calibratingOn: Self.cut([37]), by: method, scheme: scheme)
      for sizes in [Array(repeating: 1, count: 37), [5, 1, 20, 11], [36, 1]] {
        let parts = try quantizeModel(
          Self.float(), calibratingOn: Self.cut(sizes), by: method, scheme: scheme)
        #expect(parts.weightBits == whole.weightBits, "\(scheme.name) in \(sizes.count) batches")
      }
    }
  }

  /// One batch at a time, and with other calls of the model between.
  @Test(arguments: methods) func `several calibrations are one on all of their examples`(
    _ method: CalibrationMethod?
  ) throws {
    let whole = try quantizeModel(Self.float(), calibratingOn: [Self.images], by: method)
    let parts = try quantizeModel(Self.float(), calibratingOn: Self.cut([10]), by: method)
    _ = parts(Self.images)
    try parts.calibrate(on: [Self.images.sliced(10..<37, axis: 0)], by: method)
    #expect(parts.weightBits == whole.weightBits)
  }

  @Test(arguments: methods) func `a calibration after training or assignment starts anew`(
    _ method: CalibrationMethod?
  ) throws {
    let fresh = try quantizeModel(Self.float(), calibratingOn: [Self.images], by: method)
    let model = try quantizeModel(Self.float(), calibratingOn: [Self.images * 9], by: method)
    model.quantizer("quant_b_relu/output")?.range = ValueRange(0, 1000)
    _ = model(Self.images * 7, training: true)
    try model.calibrate(on: [Self.images], by: method)
    for (new, old) in zip(model.namedWeights, fresh.namedWeights) {
      #expect(new.variable.value.values == old.variable.value.values, "\(new.path)")
    }
    // Another method starts anew too.
    let other = try quantizeModel(Self.float(), calibratingOn: [Self.images * 9], by: .percentile(90))
    try other.calibrate(on: [Self.images], by: method)
    for (new, old) in zip(other.quantizers, fresh.quantizers) {
      #expect(new.quantizer.range == old.quantizer.range, "\(new.path)")
    }
  }

  @Test func `a method finds each activation's range as its rule does on all values, and no weight's`() throws
  {
    let float = Self.float()
    let values = ["a", "b", "c"].map {
      Model(inputs: float.inputs, outputs: [float.output(of: $0)])(Self.images)
    }
    let paths = ["quant_a_relu/output", "quant_b_relu/output", "quant_c/output"]
    let rules: [(CalibrationMethod, HistogramRule)] = [
      (.percentile(97), .percentile(97)), (.meanSquaredError, .meanSquaredError), (.entropy, .entropy),
    ]
    let widest = try quantizeModel(float, calibratingOn: Self.cut([20, 17]), by: .minMax)
    for (method, rule) in rules {
      let model = try quantizeModel(float, calibratingOn: Self.cut([20, 17]), by: method)
      for (path, x) in zip(paths, values) {
        let alone = HistogramQuantizer(rule: rule)
        alone.observe(x)
        #expect(model.quantizer(path)?.range == alone.range, "\(path) by \(rule)")
        #expect(widest.quantizer(path)?.range == QuantizerFormat.activations.range(of: x))
      }
      for (path, quantizer) in model.quantizers where path.hasSuffix("kernel") {
        #expect(quantizer.range == widest.quantizer(path)?.range, "\(path)")
      }
    }
  }

  @Test func `a fixed scale stays whatever the method`() throws {
    let float = Models.sequential([Dense(units: 3), Softmax()], [4])
    for method in Self.methods {
      let model = try quantizeModel(float, calibratingOn: [Models.batch([4], count: 50)], by: method)
      let softmax = model.quantizers.first { $0.quantizer is FixedQuantizer }
      #expect(softmax?.quantizer.range == ValueRange(0, 255.0 / 256))
    }
  }

  /// The error of one batch of 500 was 0.047, that of 500 batches of one 0.374.
  @Test func `batches of one example clip nothing that a single batch does not`() throws {
    let inputs = Models.batch([4], count: 64, seed: 5) * Models.batch([1], count: 64, seed: 6).exp()
    let float = Models.sequential([Dense(units: 5, activation: .relu), Dense(units: 3)], [4])
    let batches = (0..<64).map { inputs.sliced($0..<$0 + 1, axis: 0) }
    let quantized = try quantizeModel(float, calibratingOn: batches)
    let step = try #require(try quantized.quantizer("quant_dense_1/output")?.affineQuantizers().first).scale
    let worst = (quantized(inputs) - float(inputs)).abs().values.max() ?? .infinity
    #expect(worst < 4 * step, "\(worst / step) steps")
  }

  @Test func `training moves a calibrated range on by its moving average`() throws {
    let model = try quantizeModel(
      Models.sequential([Dense(units: 3, name: "a")], [4]), calibratingOn: [Models.batch([4])])
    let quantizer = try #require(model.quantizer("quant_a/output"))
    let range = try #require(quantizer.range)
    #expect(quantizer.observedCount == 1)
    _ = model(Models.batch([4]) * 0.5, training: true)
    let moved = try #require(quantizer.range)
    #expect(moved.high[0] < range.high[0] && moved.high[0] > range.high[0] * 0.5)
  }

  @Test func `a calibration that fails changes nothing, and the next one starts where it did`() throws {
    let model = try quantizeModel(Self.float(), calibratingOn: Self.cut([10]), by: .percentile(99))
    let before = model.weightBits
    let wrong = Tensor.filled(.nan, shape: [1, 8, 8, 1])
    #expect(throws: QuantizationError.self) {
      try model.calibrate(on: [Self.images * 5, wrong], by: .percentile(99))
    }
    #expect(model.weightBits == before)
    try model.calibrate(on: [Self.images.sliced(10..<37, axis: 0)], by: .percentile(99))
    let whole = try quantizeModel(Self.float(), calibratingOn: [Self.images], by: .percentile(99))
    #expect(model.weightBits == whole.weightBits)
  }

  @Test func `an impossible percentile is refused`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = try quantizeModel(
        Models.sequential([Dense(units: 3)], [4]), calibratingOn: [Models.batch([4])], by: .percentile(0.999))
    }
    #expect(
      standardError(of: result).contains("calibration: a percentile above 50 and up to 100 is expected"))
  }
}
