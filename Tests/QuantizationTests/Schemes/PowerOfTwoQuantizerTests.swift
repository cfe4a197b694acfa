import Quantizers
import Support
import Tensors
import TestSupport
import Testing

/// The smallest grid of a power of two that holds the range, exactly.
@Suite struct PowerOfTwoQuantizerTests {
  private static func format(_ bits: Int, narrow: Bool = false) -> QuantizerFormat {
    QuantizerFormat(bitWidth: bits, symmetric: true, narrowRange: narrow)
  }

  /// Every width, narrow or not, and ranges over many magnitudes, ends just at, below and above a grid's.
  @Test(arguments: 2...16) func `the scale is the smallest power of two that covers the range`(_ bits: Int)
    throws
  {
    for narrow in [false, true] {
      let half = Float(1 << (bits - 1))
      let (first, last) = (narrow ? 1 - half : -half, half - 1)
      for exponent in -20...20 {
        let unit = Float(sign: .plus, exponent: exponent, significand: 1)
        for end in [unit * last, (unit * last).nextUp, (unit * last).nextDown, unit * 1.37] {
          for (low, high) in [(0, end), (-end, 0), (-end, end)] as [(Float, Float)] {
            let quantizer = PowerOfTwoQuantizer(Self.format(bits, narrow: narrow), decay: 0)
            quantizer.observe(Tensor([low, high], shape: [2]))
            let grid = try #require(try quantizer.affineQuantizers().first)
            #expect(grid.scale.significand == 1 && grid.zeroPoint == 0)
            #expect(grid.scale * first <= low && grid.scale * last >= high)
            #expect(
              grid.scale / 2 * first > low || grid.scale / 2 * last < high, "\(low) \(high) \(grid.scale)")
            // What is on the grid stays, to the bit.
            let codes = Tensor([first, -1, 0, 1, last].map { $0 * grid.scale }, shape: [5])
            #expect(quantizer.fakeQuantized(codes).values == codes.values)
          }
        }
      }
    }
  }

  @Test func `every channel has its own power of two`() throws {
    let quantizer = PowerOfTwoQuantizer(.weightsPerChannel, decay: 0)
    quantizer.observe(Tensor([1, 100, 0, -0.5, 30, 0], shape: [2, 3]))
    // 1/127 < 2⁻⁶, 100/127 < 1; a channel of zeros has a range of 0…0.
    #expect(quantizer.range == ValueRange(low: [-127 / 64, -127, 0], high: [127 / 64, 127, 0]))
    #expect(quantizer.fakeQuantized(Tensor([1, 0, 0], shape: [1, 3])).values == [1, 0, 0])
  }

  @Test func `a power-of-two quantizer averages as a moving average does`() {
    let (ours, plain) = (
      PowerOfTwoQuantizer(Self.format(8), decay: 0.9), MovingAverageQuantizer(Self.format(8), decay: 0.9)
    )
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<20 {
      let x = Tensor.uniform(-3, 5, shape: [40], using: &generator)
      ours.observe(x)
      plain.observe(x)
      #expect(
        ["min", "max"].map { ours.variable($0).value.values }
          == ["min", "max"].map { plain.variable($0).value.values })
    }
    // 5 / 127 lies between 2⁻⁵ and 2⁻⁴: a range of about ±5 gives a scale of 1/16.
    #expect(ours.range == ValueRange(-8, 127 / 16))
    #expect(ours.copied().summary == "moving average, power of two, 8 bits, symmetric")
  }

  @Test func `a power-of-two quantizer refuses an affine format`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = PowerOfTwoQuantizer(.activations)
    }
    #expect(
      standardError(of: result).contains(
        "PowerOfTwoQuantizer: 0 is its middle code; expected a symmetric format of 2 bits or more, got 8 bits, affine"
      ))
  }
}
