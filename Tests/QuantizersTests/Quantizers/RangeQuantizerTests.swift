import FixedPoint
import Foundation
import Quantizers
import Support
import Tensors
import TestSupport
import Testing

@Suite struct QuantizerFormatTests {
  @Test func `an affine range is widened to contain zero`() {
    let format = QuantizerFormat()
    #expect(format.range(of: Tensor([2, 5, 3], shape: [3])) == ValueRange(0, 5))
    #expect(format.range(of: Tensor([-2, -5, -3], shape: [3])) == ValueRange(-5, 0))
    #expect(format.range(of: Tensor([-2, 5], shape: [2])) == ValueRange(-2, 5))
  }

  @Test func `every index of the axis has a range`() {
    let x = Tensor([-1, 2, 3, 4, -5, 6], shape: [3, 2])  // columns −1 3 −5 and 2 4 6
    #expect(QuantizerFormat(axis: -1).range(of: x) == ValueRange(low: [-5, 0], high: [3, 6]))
    #expect(QuantizerFormat(axis: 0).range(of: x) == ValueRange(low: [-1, 0, -5], high: [2, 4, 6]))
    let image = Tensor((0..<24).map { Float($0) - 12 }, shape: [2, 3, 4])
    #expect(QuantizerFormat(axis: 1).range(of: image).low == [-12, -8, -4])
    #expect(QuantizerFormat(axis: 1).range(of: image).high == [3, 7, 11])
  }

  @Test func `a symmetric range is as wide below zero as above`() {
    let x = Tensor([-1, 3], shape: [2])
    #expect(QuantizerFormat(symmetric: true, narrowRange: true).range(of: x) == ValueRange(-3, 3))
    // 4 bits: 8 codes below 0 for 7 above, so 3 above calls for 3 × 8/7 below.
    let full = QuantizerFormat(bitWidth: 4, symmetric: true).range(of: x)
    #expect(full.high == [3] && abs(full.low[0] + 24 / 7) < 1e-6)
  }

  @Test func `a NaN makes the range of its channel NaN`() throws {
    let range = QuantizerFormat(axis: -1).range(of: Tensor([1, .nan, 2, 3], shape: [2, 2]))
    #expect(range.low[0] == 0 && range.low[1].isNaN && range.high[1].isNaN)
    #expect(throws: QuantizerError.self) { try QuantizerFormat(axis: -1).quantizers(covering: range) }
  }

  @Test func `a format survives encoding and decoding`() throws {
    for format in [QuantizerFormat.activations, .weightsPerChannel, QuantizerFormat(bitWidth: 16, axis: 2)] {
      let text = try JSONEncoder().encode(format)
      #expect(try JSONDecoder().decode(QuantizerFormat.self, from: text) == format)
    }
  }

  @Test(arguments: [
    (99, false, "bit width 99 is not supported"), (0, false, "bit width 0 is not supported"),
    (1, true, "a narrow range leaves out the lowest code"),
  ])
  func `decoding an unusable format throws`(_ bits: Int, _ narrow: Bool, _ reason: String) {
    let text = #"{"bitWidth":\#(bits),"symmetric":false,"narrowRange":\#(narrow)}"#
    let error = #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(QuantizerFormat.self, from: Data(text.utf8))
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains(reason))
  }

  @Test func `a format's integer quantizers have the grid of its fake quantization`() throws {
    var generator = SeededGenerator(seed: 5)
    for format in [QuantizerFormat.activations, .weights, .weightsPerChannel, QuantizerFormat(bitWidth: 3)] {
      let x = Tensor.normal(shape: [50, 7], using: &generator)
      let range = format.range(of: x)
      let quantizers = try format.quantizers(covering: range)
      #expect(quantizers.count == (!format.isPerChannel ? 1 : 7))
      #expect(!format.symmetric || quantizers.allSatisfy { $0.zeroPoint == 0 })
      let grid = quantizers.map { quantizer in
        Set(quantizer.quantizedRange.map { quantizer.dequantize($0) })
      }
      for (index, value) in format.fakeQuantized(x, to: range).values.enumerated() {
        #expect(grid[index % grid.count].contains(value))
      }
    }
    let zeros = try QuantizerFormat.weights.quantizers(covering: ValueRange(0, 0))
    #expect(zeros[0].zeroPoint == 0)
  }
}

@Suite struct LastValueQuantizerTests {
  @Test func `inference uses the last range of training`() {
    let quantizer = LastValueQuantizer(QuantizerFormat())
    #expect(quantizer.range == nil)
    _ = quantizer(Tensor([-8, 8], shape: [2]), training: true)
    _ = quantizer(Tensor([-1, 3], shape: [2]), training: true)
    #expect(quantizer.range == ValueRange(-1, 3))
    let outside = quantizer(Tensor([-9, 9], shape: [2]), training: false)
    #expect(quantizer.range == ValueRange(-1, 3))
    let reach = NudgedRange(low: -1, high: 3)
    #expect(outside.values == [reach.lowest, reach.highest])
  }

  @Test func `a quantizer without a range says how to get one`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = LastValueQuantizer()(Tensor([1], shape: [1]), training: false)
    }
    let message = standardError(of: result)
    #expect(message.contains("show it some with `observe(_:)`"))
  }

  @Test func `observing a batch that is not finite is refused`() async {
    let nan = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      LastValueQuantizer().observe(Tensor([1, Float("nan") ?? 0], shape: [2]))
    }
    #expect(standardError(of: nan).contains("LastValueQuantizer: a tensor of shape [2]"))
    #expect(standardError(of: nan).contains("nan to nan"))
    let channel = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      LastValueQuantizer(.weightsPerChannel).observe(Tensor([1, 2, 3, -.infinity], shape: [2, 2]))
    }
    #expect(standardError(of: channel).contains("in channel 1; look for"))
  }

  @Test func `gradients pass straight through, and none go to the range`() {
    let weight = Variable("w", Tensor([0.5, -1, 0.25, 0.75], shape: [2, 2]))
    let quantizer = LastValueQuantizer(.weightsPerChannel)
    let y = quantizer(weight.value, training: true)
    #expect((y * Tensor(3)).sum().gradients(of: [weight])[0].values == [3, 3, 3, 3])
    // Column 0 has 0.5 and 0.25, column 1 −1 and 0.75: steps of 0.5/127 and 1/127.
    #expect(y.values[0] == 127 * Float(0.5 / 127) && y.values[1] == -127 * Float(1.0 / 127))
  }
}

@Suite struct MovingAverageQuantizerTests {
  @Test func `a debiased average starts with the first batch`() {
    let quantizer = MovingAverageQuantizer(decay: 0.9)
    quantizer.observe(Tensor([-1, 3], shape: [2]))
    #expect(quantizer.range == ValueRange(-1, 3))
    quantizer.observe(Tensor([-2, 3], shape: [2]))
    // Weights 0.9 × 0.1 and 0.1, so 9 : 10, and (−1 × 9 − 2 × 10) / 19 = −29/19.
    let low = quantizer.range?.low[0] ?? 0
    #expect(abs(low + 29 / 19) < 1e-6)
    #expect(quantizer.range?.high == [3])
  }

  /// n batches have the weights (1 − d) dⁿ⁻¹⁻ᵏ / (1 − dⁿ), summed in Double as an oracle.
  @Test func `a debiased average weighs batches by the decay alone`() {
    var generator = SeededGenerator(seed: 6)
    let quantizer = MovingAverageQuantizer(decay: 0.95)
    var (weighted, weight) = (0.0, 0.0)
    for _ in 0..<200 {
      let high = generator.uniform(1, 5)
      quantizer.observe(Tensor([0, high], shape: [2]))
      (weighted, weight) = (weighted * 0.95 + Double(high), weight * 0.95 + 1)
    }
    // 200 steps of Float arithmetic: a few times 2^−24 × 5 each, most of it decayed.
    #expect(abs(Double(quantizer.range?.high[0] ?? 0) - weighted / weight) < 2e-5)
  }

  @Test func `TFMOT's start leaves a residue in the average`() {
    // Batches of 0…1 only: the low end is −6 × 0.999ⁿ; 1877 batches are an epoch of MNIST in 32s.
    let quantizer = MovingAverageQuantizer(start: .tfmot)
    let batch = Tensor([0, 1], shape: [2])
    for _ in 0..<1877 { quantizer.observe(batch) }
    var power = 6.0
    for _ in 0..<1877 { power *= 0.999 }
    #expect(abs(power - 0.917) < 0.001)
    #expect(abs(Double(quantizer.range?.low[0] ?? 0) + power) < 1e-4)
    #expect(abs(Double(quantizer.range?.high[0] ?? 0) - (1 + 5 * power / 6)) < 1e-4)
  }

  @Test func `every channel has its own average`() {
    let quantizer = MovingAverageQuantizer(
      QuantizerFormat(axis: -1), decay: 0.5, start: .at(ValueRange(-4, 4)))
    quantizer.observe(Tensor([-2, 0, 2, 8], shape: [2, 2]))  // columns −2 2 and 0 8
    #expect(quantizer.range == ValueRange(low: [-3, -2], high: [3, 6]))
  }

  @Test func `a moving average with a decay of zero is the last value`() {
    let (average, last) = (MovingAverageQuantizer(decay: 0), LastValueQuantizer(.activations))
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<20 {
      let x = Tensor.normal(shape: [30], using: &generator)
      #expect(average(x, training: true).values == last(x, training: true).values)
    }
  }

  /// It would stay in the average for ever; passed on as it is, it reaches the loss.
  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func `a batch that is not finite passes unchanged and is not observed`(_ bad: Float) {
    let quantizer = MovingAverageQuantizer(delay: 1)
    for step in 1...3 {
      _ = quantizer(Tensor([-1, 1], shape: [2]), training: true)
      let x = Tensor([-1, bad, 0.3], shape: [3])
      #expect(quantizer(x, training: true).values.map(\.bitPattern) == x.values.map(\.bitPattern))
      #expect(quantizer.range == ValueRange(-1, 1) && quantizer.observedCount == step)
    }
    quantizer.phase = .calibrating
    _ = quantizer(Tensor([bad], shape: [1]), training: false)
    #expect(quantizer.range == ValueRange(-1, 1) && quantizer.observedCount == 3)
  }

  @Test func `inference accepts values that are not finite`() {
    let quantizer = MovingAverageQuantizer()
    quantizer.observe(Tensor([-1, 1], shape: [2]))
    let y = quantizer(Tensor([.nan, .infinity], shape: [2]), training: false).values
    #expect(y[0].isNaN && y[1] == NudgedRange(low: -1, high: 1).highest)
  }

  @Test func `impossible decays and changing numbers of channels are refused`() async {
    let decay = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = MovingAverageQuantizer(decay: 1)
    }
    #expect(
      standardError(of: decay).contains("below 1, got 1.0"))
    let channels = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let quantizer = MovingAverageQuantizer(QuantizerFormat(axis: -1))
      quantizer.observe(.zeros([2, 3]))
      quantizer.observe(.zeros([2, 4]))
    }
    #expect(
      standardError(of: channels).contains("has seen 3 channels"))
  }
}
