import FixedPoint
import Foundation
import Layers
import Quantization
import Quantizers
import Support
import Tensors
import TestSupport
import Testing

/// What a quantized model reports on itself: its operations, its integers, and their cost.
@Suite struct AnalysisTests {
  private func quantized(_ scheme: QuantizeScheme = .tflite8Bit) throws -> QuantizedModel {
    try quantizeModel(
      TrainedDigits.model(), calibratingOn: [TrainedDigits.batch()], scheme: scheme)
  }

  @Test func `layers that run in one step are one operation`() throws {
    let operations = try quantized().operations
    #expect(
      operations.map(\.name) == [
        "input_layer", "quantize_input_layer", "conv2d", "max_pooling2d", "conv2d_1", "max_pooling2d_1",
        "flatten", "dense", "dense_1",
      ])
    #expect(operations[2].layers == ["quant_conv2d_batch_normalization", "quant_re_lu"])
    #expect(operations[2].activationRange?.low == 0 && operations[8].activationRange == nil)
    #expect(operations[3].output === operations[2].output, "a max pooling keeps its input's grid")
    #expect(operations.dropFirst(2).allSatisfy { $0.output != nil })
  }

  /// The network is computed in integers and double-precision multipliers from its parameters alone; it has dense
  /// layers only, so that the loop is short.
  @Test(arguments: BatchNormFolding.allCases)
  func `integer parameters give the model's codes with every folding`(_ form: BatchNormFolding)
    throws
  {
    var generator = SeededGenerator(seed: 3)
    let model = Sequential(
      [
        Dense(units: 12), BatchNormalization(), ReLU(), Dense(units: 9, activation: .relu6),
        Dense(units: 5, useBias: false),
      ], inputShape: [7], seed: 5)
    for weight in model.weights where weight.name.hasSuffix("gamma") {
      weight.value = .uniform(-1.5, 1.5, shape: weight.shape, using: &generator)
    }
    for _ in 0..<30 { _ = model(.normal(mean: 1, shape: [64, 7], using: &generator), training: true) }
    var scheme = QuantizeScheme.tflite8Bit
    scheme.batchNormFolding = form
    let inputs = Tensor.normal(shape: [50, 7], using: &generator)
    let quantized = try quantizeModel(model, calibratingOn: [inputs], scheme: scheme)
    let expected = quantized(inputs).values
    let layers = try ["dense", "dense_1", "quant_dense_2"].map { try quantized.integerParameters(of: $0) }
    var different = 0
    for row in 0..<50 {
      var codes = (0..<7).map { layers[0].input.quantize(inputs.values[row * 7 + $0]) }
      for layer in layers { codes = run(layer, codes) }
      for (column, code) in codes.enumerated() {
        let theirs = layers[2].output.quantize(expected[row * 5 + column])
        #expect(abs(theirs - code) <= 1)
        if theirs != code { different += 1 }
      }
    }
    #expect(different <= 5, "of 250 codes, \(different) differ by a step")
  }

  private func run(_ layer: IntegerParameters, _ inputs: [Int32]) -> [Int32] {
    let units = layer.weightShape[1]
    return (0..<units).map { unit in
      var sum = layer.bias32.isEmpty ? 0 : layer.bias32[unit]
      for (index, code) in inputs.enumerated() {
        sum += (code - layer.input.zeroPoint) * layer.intWeights[index * units + unit]
      }
      let multiplier = layer.multipliers[unit % layer.multipliers.count].realValue
      let code = Int32((Double(sum) * multiplier).rounded()) + layer.output.zeroPoint
      return min(max(code, layer.output.quantizedRange.lowerBound), layer.output.quantizedRange.upperBound)
    }
  }

  @Test func `a layer without integers says why`() throws {
    let model = try quantized()
    #expect(throws: QuantizationError.self) { try model.integerParameters(of: "flatten") }
    let fresh = try quantizeModel(TrainedDigits.model())
    let error = #expect(throws: QuantizationError.self) { try fresh.integerParameters(of: "conv2d") }
    #expect(error?.description.contains("calibrate or train") == true)
  }

  private func report(_ model: QuantizedModel) -> QuantizationReport {
    let labels = TrainedDigits.digits.labels(of: 0..<200)
    return model.report(on: [TrainedDigits.batch()]) { $0.softmaxCrossEntropy(labels: labels).scalar }
  }

  @Test func `fewer bits cost more signal and more loss`() throws {
    let reports = try [16, 8, 4].map { try report(quantized(.nBit(weights: $0, activations: $0))) }
    for layer in ["conv2d", "conv2d_1", "dense"] {
      let sqnr = reports.map { report in report.layers.first { $0.name == layer }?.sqnr ?? .infinity }
      // Six decibels a bit: 8 bits less cost some 48, 4 bits some 24; the inputs have 8 bits throughout.
      #expect(sqnr[0] > sqnr[1] && sqnr[1] > sqnr[2] + 12, "\(layer): \(sqnr)")
    }
    let changes = reports.map { abs($0.quantizedLoss - $0.floatLoss) }
    #expect(changes[2] > changes[0])
    #expect(reports[0].floatLoss == reports[2].floatLoss)
    let table = reports[1].table
    #expect(table.rows.count == 5 && table.rows[1][6].hasSuffix("of 256"))
    let copy = try JSONDecoder().decode(
      QuantizationReport.self, from: JSONEncoder().encode(reports[1]))
    #expect(copy == reports[1])
  }

  @Test func `a report finds the layer that hurts and leaves the model as it was`() throws {
    let coarse = QuantizeConfig(
      weights: [
        "kernel": LastValueQuantizer(QuantizerFormat(bitWidth: 2, symmetric: true, narrowRange: true))
      ])
    let trained = TrainedDigits.model()
    let x = Input([28, 28, 1])
    var y: SymbolicTensor = x
    for layer in trained.layers {
      let copy = try layer.copied()
      y = layer.name == "conv2d_1" ? quantizeAnnotate(copy, config: coarse)(y) : copy(y)
    }
    let model = Model(inputs: x, outputs: y)
    for (new, old) in zip(model.weights, trained.weights) { new.value = old.value }
    let quantized = try quantizeApply(
      quantizeAnnotateModel(model), calibratingOn: [TrainedDigits.batch()])
    let before = quantized.weights.map(\.value.values)
    let report = report(quantized)
    #expect(report.bySensitivity.first?.name == "conv2d_1")
    #expect(quantized.weights.map(\.value.values) == before)
    #expect(quantized.quantizers.allSatisfy { $0.quantizer.phase == .learning })
  }

  /// The float model's output is 0 everywhere, that of the codes is not: there is noise and no signal.
  @Test func `the report of a ReLU that is dead in float can be encoded`() throws {
    let float = Sequential([Dense(units: 1, name: "a"), ReLU(), Dense(units: 1, name: "b")], inputShape: [1])
    for (weight, value) in zip(float.weights, [[1], [-0.5002], [1], [0]] as [[Float]]) {
      weight.value = Tensor(value, shape: weight.shape)
    }
    let model = try quantizeModel(float, calibratingOn: [Tensor([0, 1], shape: [2, 1])])
    // In floats 0.5001 − 0.5002 is below 0. The code of the input is 128 of 255, and 0.50196 − 0.5002 has a code.
    let report = model.report(on: [Tensor([0.5001], shape: [1, 1])]) { $0.mean().scalar }
    #expect(report.layers.map(\.sqnr).contains(-.infinity), "\(report)")
    let dead = LayerReport(
      name: "dead", weightSQNR: .infinity, sqnr: -.infinity, meanSquaredError: .nan, cosine: 0,
      clippedShare: nil,
      codesUsed: 1, codes: 256, lossAlone: -.infinity, lossWithout: .nan)
    let wild = QuantizationReport(
      scheme: "s", examples: 1, floatLoss: .nan, quantizedLoss: .infinity, layers: report.layers + [dead])
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data = try encoder.encode(wild)
    let copy = try JSONDecoder().decode(QuantizationReport.self, from: data)
    #expect(try encoder.encode(copy) == data && copy.layers.last?.sqnr == -.infinity)
    #expect(copy.layers.last?.clippedShare == nil && copy.layers.last?.weightSQNR == .infinity)
    #expect(copy.description == wild.description)
    let range = ValueRange(low: [-.infinity, .nan], high: [1, .infinity])
    let other = try JSONDecoder().decode(ValueRange.self, from: encoder.encode(range))
    #expect(other.low[0] == -.infinity && other.low[1].isNaN && other.high == [1, .infinity])
  }

  @Test func `the loss of a report sees every output of a model of several`() throws {
    let x = Input([4], name: "x")
    let body = Dense(units: 6, activation: .relu, name: "body")(x)
    let heads = [Dense(units: 2, name: "first")(body), Dense(units: 3, name: "second")(body)]
    let float = Model(inputs: [x], outputs: heads)
    Models.draw(float, seed: 4)
    let inputs = Models.batch([4], count: 32)
    let model = try quantizeModel(float, calibratingOn: [inputs], scheme: .nBit(weights: 3, activations: 3))
    var shapes: Set<[[Int]]> = []
    let report = model.report(on: [inputs]) { (outputs: [Tensor]) in
      shapes.insert(outputs.map(\.shape))
      return outputs[1].squared().mean().scalar
    }
    #expect(shapes == [[[32, 2], [32, 3]]])
    func alone(_ name: String) -> Double? { report.layers.first { $0.name == name }?.lossAlone }
    #expect(alone("first") == 0 && alone("second") != 0 && alone("body") != 0)
  }

  @Test func `a report with one output for a model of two, or with batches of two sizes, is refused`() async {
    let outputs = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x = Input([4], name: "x")
      let model = try quantizeModel(
        Model(inputs: [x], outputs: [Dense(units: 2)(x), Dense(units: 3)(x)]),
        calibratingOn: [Models.batch([4])])
      _ = model.report(on: [Models.batch([4])]) { (output: Tensor) in output.mean().scalar }
    }
    #expect(standardError(of: outputs).contains("has 2 outputs, and the loss of its report takes one"))
    let sizes = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let inputs = [Input([3], name: "left"), Input([3], name: "right")]
      let model = try quantizeModel(
        Model(inputs: inputs, outputs: Dense(units: 2)(Add()(inputs))),
        calibratingOn: [[Models.batch([3]), Models.batch([3])]])
      _ = model.report(on: [Models.batch([3], count: 8), Models.batch([3], count: 1)]) { $0.mean().scalar }
    }
    #expect(
      standardError(of: sizes).contains(
        "input \"left\" has 8 examples and input \"right\" has 1 example: give every input equally many"))
  }
}
