import FixedPoint
import Quantizers
import Support
import Tensors
import Testing

@Suite struct AllValuesQuantizerTests {
  @Test func `the range of all values only grows`() {
    let quantizer = AllValuesQuantizer()
    quantizer.observe(Tensor([1, 3], shape: [2]))
    #expect(quantizer.range == ValueRange(0, 3))
    quantizer.observe(Tensor([-2, 1], shape: [2]))
    quantizer.observe(Tensor([-1, 0.5], shape: [2]))
    #expect(quantizer.range == ValueRange(-2, 3))
  }

  /// TFMOT's ignores the axis.
  @Test func `the ranges of channels grow independently`() {
    let quantizer = AllValuesQuantizer(QuantizerFormat(axis: -1))
    quantizer.observe(Tensor([1, -3], shape: [1, 2]))
    quantizer.observe(Tensor([-2, 5], shape: [1, 2]))
    #expect(quantizer.range == ValueRange(low: [-2, -3], high: [1, 5]))
  }

  @Test func `the range of all values contains its start`() {
    let quantizer = AllValuesQuantizer(startingAt: ValueRange(-1, 1))
    #expect(quantizer.range == ValueRange(-1, 1))
    quantizer.observe(Tensor([2], shape: [1]))
    #expect(quantizer.range == ValueRange(-1, 2))
  }

  /// The range of many tensors is that of all of them together, in any order and format.
  @Test func `the range of many tensors is the range of all their values`() {
    var generator = SeededGenerator(seed: 31)
    for format in [QuantizerFormat(axis: -1), .weights, QuantizerFormat(bitWidth: 5, symmetric: true)] {
      let parts = (0..<5).map { _ in Tensor.normal(shape: [3, 4], using: &generator) }
      let quantizer = AllValuesQuantizer(format)
      for part in parts.reversed() { quantizer.observe(part) }
      #expect(quantizer.range == format.range(of: .concatenated(parts, axis: 0)))
    }
  }
}

@Suite struct FixedQuantizerTests {
  @Test func `a fixed range is there from the start and stays`() {
    let quantizer = FixedQuantizer(from: 0, to: 1)
    #expect(quantizer.range == ValueRange(0, 1))
    let y = quantizer(Tensor([0.4, 7], shape: [2]), training: true)
    #expect(y.values == [102 * (1 / Float(255)), 255 * (1 / Float(255))])
    quantizer.observe(Tensor([-9], shape: [1]))
    #expect(quantizer.range == ValueRange(0, 1))
  }

  /// TFMOT's has 256 levels whatever it is told.
  @Test(arguments: 1...8) func `a fixed quantizer has the bits of its format`(_ bits: Int) {
    let quantizer = FixedQuantizer(QuantizerFormat(bitWidth: bits), from: 0, to: 1)
    let y = quantizer(Tensor((0...1000).map { Float($0) / 1000 }, shape: [1001]), training: false)
    #expect(Set(y.values).count == 1 << bits)
  }

  @Test func `a fixed range is widened to fit its format`() {
    let quantizer = FixedQuantizer(.weights, from: -1, to: 2)
    #expect(quantizer.range == ValueRange(-2, 2))
    #expect(FixedQuantizer(.activations, from: 1, to: 2).range == ValueRange(0, 2))
  }

  /// It has nothing to learn from a tensor, so one that is not finite does not stop training.
  @Test func `a fixed quantizer accepts tensors that are not finite in training`() {
    let y = FixedQuantizer(from: 0, to: 1)(Tensor([.infinity, -.infinity], shape: [2]), training: true)
    #expect(y.values == [255 * (1 / Float(255)), 0])
  }
}

@Suite struct CustomQuantizerTests {
  // The example of the documentation of `Quantizer`.
  final class GrowingQuantizer: Quantizer {
    override func update(with x: Tensor, spanning batch: ValueRange) {
      storedRange = observedCount == 0 ? batch : storedRange.union(batch)
    }
    override func copied() -> Quantizer { GrowingQuantizer(format, delay: delay) }
  }

  @Test func `a custom quantizer needs only update and copied`() {
    let quantizer = GrowingQuantizer(QuantizerFormat(axis: 0))
    let y = quantizer(Tensor([-4, 2, 1, 1], shape: [2, 2]), training: true)
    #expect(quantizer.range == ValueRange(low: [-4, 0], high: [2, 1]))
    #expect(y.values[2] == 1 && quantizer.copied().variables.isEmpty)
    quantizer.observe(Tensor([3, 0, -1, 0], shape: [2, 2]))
    #expect(quantizer.range == ValueRange(low: [-4, -1], high: [3, 1]))
    #expect(quantizer.summary == "GrowingQuantizer, 8 bits, affine, per channel")
  }
}
