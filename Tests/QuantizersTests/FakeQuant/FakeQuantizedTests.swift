import FixedPoint
import Quantizers
import Support
import Tensors
import TestSupport
import Testing

@Suite struct FakeQuantizedTests {
  /// TFMOT's reference values: −1…1 at 8 bits nudges to −127…128 steps of 2/255, and −1 itself is clipped.
  @Test func `fake quantization gives TFMOT's reference values and gradients`() {
    let x = Tensor([-1.5, -1, -0.5, 0, 0.5, 1, 1.5], shape: [7]).tracked()
    let (min, max) = (Tensor(-1).tracked(), Tensor(1).tracked())
    let y = x.fakeQuantized(min: min, max: max)
    let step = Float(2) / 255
    #expect(y.values == [-127, -127, -64, 0, 64, 128, 128].map { $0 * step })
    let gradients = y.sum().gradients(of: [x, min, max])
    #expect(gradients[0].values == [0, 0, 1, 1, 1, 1, 0])
    #expect(gradients[1].scalar == 2 && gradients[2].scalar == 1)
  }

  @Test func `a negative gradient that is stopped becomes minus zero`() {
    let x = Tensor([5, -5], shape: [2]).tracked()
    let y = x.fakeQuantized(min: -1, max: 1) * Tensor([-2, 3], shape: [2])
    let gradient = y.sum().gradients(of: [x])[0].values
    #expect(gradient.map(\.bitPattern) == [Float(-0.0).bitPattern, 0])
  }

  @Test func `an empty range gives zeros and passes every gradient`() {
    let x = Tensor([.nan, .infinity, -3, 0.5], shape: [2, 2]).tracked()
    let ends = Tensor([0, -0.0], shape: [2])
    let y = x.fakeQuantized(min: ends, max: ends)
    #expect(y.values.map(\.bitPattern) == [0, 0, 0, 0])
    #expect((y * Tensor(2)).sum().gradients(of: [x])[0].values == [2, 2, 2, 2])
  }

  @Test func `quantizing a second time changes no bit`() {
    var generator = SeededGenerator(seed: 1)
    for bits in 2...16 {
      for _ in 0..<20 {
        let (low, high) = (generator.uniform(-3, 0), generator.uniform(0.01, 3))
        let x = Tensor.uniform(low * 1.2, high * 1.2, shape: [300], using: &generator)
        let once = x.fakeQuantized(min: low, max: high, bitWidth: bits)
        let twice = once.fakeQuantized(min: low, max: high, bitWidth: bits)
        #expect(twice.values.map(\.bitPattern) == once.values.map(\.bitPattern))
        #expect(Set(once.values).count <= 1 << bits)
      }
    }
  }

  @Test func `fake quantization by affine quantizers is the round trip of every element`() throws {
    var generator = SeededGenerator(seed: 2)
    let x = Tensor.uniform(-2, 2, shape: [4, 5, 3], using: &generator).tracked()
    for rounding in RoundingRule.allCases {
      let quantizers = try [0.7, 1, 1.3, 1.6, 1.9].map { (high: Float) in
        try AffineQuantizer(covering: (-1, high), bitWidth: 4, rounding: rounding)
      }
      let y = x.fakeQuantized(by: quantizers, axis: 1)
      let expected = x.values.enumerated().map { quantizers[$0 / 3 % 5].roundTrip($1) }
      #expect(y.values == expected)
      let gradient = (y * Tensor(-2)).sum().gradients(of: [x])[0].values
      for (index, value) in x.values.enumerated() {
        let quantizer = quantizers[index / 3 % 5]
        let code = rounding.rounded(value / quantizer.scale) + Float(quantizer.zeroPoint)
        #expect(gradient[index] == (code < -8 || code > 7 ? 0 : -2))
      }
      #expect(
        x.fakeQuantized(by: quantizers[0]).values == x.values.map { quantizers[0].roundTrip($0) })
    }
  }

  @Test func `a grid of one bit has two values, one of them zero`() {
    let x = Tensor([-2, -0.5, -0.3, 0, 1], shape: [5])
    #expect(x.fakeQuantized(min: -0.8, max: 0, bitWidth: 1).values == [-0.8, -0.8, 0, 0, 0])
    let format = QuantizerFormat(bitWidth: 1, symmetric: true)
    #expect(LastValueQuantizer(format)(x, training: true).values == [-2, 0, 0, 0, 0])
  }

  @Test func `the ends of a range can be learned by gradient descent`() {
    // Values of ±1 and a range that starts ten times too small: what saturates pulls the ends outwards.
    var generator = SeededGenerator(seed: 3)
    let x = Tensor.uniform(-1, 1, shape: [512], using: &generator)
    let min = Variable("min", Tensor(-0.1))
    let max = Variable("max", Tensor(0.1))
    func loss() -> Tensor {
      (x.fakeQuantized(min: min.value, max: max.value, bitWidth: 4) - x).squared().mean()
    }
    let before = loss().scalar
    for _ in 0..<200 {
      let gradients = loss().gradients(of: [min, max])
      min.value = min.value - gradients[0] * Tensor(0.5)
      max.value = max.value - gradients[1] * Tensor(0.5)
    }
    // At the best range the error is about step²/12 = (2/15)²/12 = 0.0015.
    #expect(before > 0.2 && loss().scalar < 0.002)
    #expect(min.value.scalar < -0.85 && max.value.scalar > 0.85)
  }

  @Test func `results and gradients of fake quantization stay on their backend`() throws {
    let backend = Backend(kernels: .portable, workers: 3)
    let x = Tensor([-2, 0, 2], shape: [3]).on(backend).tracked()
    let (min, max) = (Tensor(-1).on(backend).tracked(), Tensor(1).on(backend).tracked())
    let grid = try AffineQuantizer(covering: (-1, 1))
    let operations = [
      x.fakeQuantized(min: min, max: max), x.fakeQuantizedAsPyTorch(by: grid), x.fakeQuantized(by: grid),
    ]
    for (number, y) in operations.enumerated() {
      let gradients = y.sum().gradients(of: number == 0 ? [x, min, max] : [x])
      #expect(([y] + gradients).allSatisfy { $0.backend == backend }, "operation \(number)")
    }
  }

  @Test func `wrong shapes, axes and bit widths are refused with expected and received values`() async {
    let channels = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let ends = Tensor([1, 2, 3], shape: [3])
      _ = Tensor.zeros([5, 4]).fakeQuantized(min: ends, max: ends)
    }
    #expect(standardError(of: channels).contains("shape [5, 4] has 4 channels along axis -1; got 3"))
    let ranks = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([5]).fakeQuantized(min: Tensor(0), max: Tensor([1], shape: [1]))
    }
    #expect(standardError(of: ranks).contains("got [] and [1]"))
    let bits = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([5]).fakeQuantized(min: 0, max: 1, bitWidth: 17)
    }
    #expect(standardError(of: bits).contains("expected 1 to 16 bits"))
    let axis = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([5]).fakeQuantizedAsPyTorch(by: [try AffineQuantizer(covering: (0, 1))], axis: 1)
    }
    #expect(standardError(of: axis).contains("axis 1 is no axis of shape [5]"))
    let count = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([5]).fakeQuantized(by: [try AffineQuantizer(covering: (0, 1))], axis: 0)
    }
    #expect(standardError(of: count).contains("each of 5 channels, got 1"))
    let rule = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([5]).fakeQuantizedAsPyTorch(
        by: try AffineQuantizer(covering: (0, 1), rounding: .halfUp))
    }
    #expect(standardError(of: rule).contains("got halfUp and 8 bits"))
  }
}
