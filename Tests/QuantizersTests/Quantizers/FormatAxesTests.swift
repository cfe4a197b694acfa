import FixedPoint
import Foundation
import Quantizers
import Support
import Tensors
import TestSupport
import Testing

@Suite struct FormatAxesTests {
  /// Of [2, 2, 3, 2]: channel c and multiplier m at (2y + x) × 6 + 2c + m.
  @Test func `a depthwise kernel has a range for every channel and multiplier`() {
    let kernel = Tensor((0..<24).map { Float($0) }, shape: [2, 2, 3, 2])
    let format = QuantizerFormat(axes: [2, 3])
    #expect(format.range(of: kernel) == ValueRange(low: [0, 0, 0, 0, 0, 0], high: [18, 19, 20, 21, 22, 23]))
    #expect(QuantizerFormat.depthwiseWeights.range(of: kernel).high == [18, 19, 20, 21, 22, 23])
    let quantizer = LastValueQuantizer(.depthwiseWeights)
    _ = quantizer(kernel, training: true)
    #expect(quantizer.variables[0].variable.shape == [6])
  }

  /// Several axes are one whose extent is the product: in values, gradients and integer form.
  @Test(arguments: [[0, 1], [1, 2], [2, 3], [-2, -1], [1, 2, 3], [0, 1, 2, 3]])
  func `adjacent axes count as one axis of their product's length`(_ axes: [Int]) throws {
    var generator = SeededGenerator(seed: 21)
    let shape = [3, 2, 4, 5]
    let positions = axes.map { $0 < 0 ? $0 + 4 : $0 }
    let merged =
      Array(shape[..<positions[0]]) + [positions.map { shape[$0] }.reduce(1, *)]
      + Array(shape[(positions[positions.count - 1] + 1)...])
    let x = Tensor.normal(shape: shape, using: &generator)
    let format = QuantizerFormat(bitWidth: 3, axes: axes)
    let single = QuantizerFormat(bitWidth: 3, axis: positions[0])
    let range = format.range(of: x)
    #expect(range == single.range(of: x.reshaped(merged)))
    #expect(
      Zoo.bits(format.fakeQuantized(x, to: range))
        == Zoo.bits(single.fakeQuantized(x.reshaped(merged), to: range)))
    let grids = try format.quantizers(covering: range)
    #expect(
      Zoo.bits(x.fakeQuantized(by: grids, axes: axes))
        == Zoo.bits(x.reshaped(merged).fakeQuantized(by: grids, axis: positions[0])))
  }

  @Test func `a format is encoded with its axes, and none are the default`() throws {
    let text = String(decoding: try JSONEncoder().encode(QuantizerFormat.depthwiseWeights), as: UTF8.self)
    #expect(text.contains("\"axes\":[-2,-1]"))
    let plain = #"{"bitWidth":8,"symmetric":false,"narrowRange":false}"#
    #expect(try JSONDecoder().decode(QuantizerFormat.self, from: Data(plain.utf8)) == .activations)
  }

  @Test func `the summary of a format says its bits, symmetry and axes`() {
    #expect(QuantizerFormat.activations.summary == "8 bits, affine")
    #expect(QuantizerFormat.depthwiseWeights.summary == "8 bits, symmetric, narrow, per channel")
    #expect(MovingAverageQuantizer(delay: 2).summary == "moving average, 8 bits, affine, after 2 calls")
    #expect(LastValueQuantizer(QuantizerFormat(bitWidth: 1)).summary == "last value, 1 bit, affine")
  }

  @Test func `a quantizer's description is one line with its rule, format and range`() {
    let average = MovingAverageQuantizer()
    #expect("\(average)" == "moving average, 8 bits, affine, no range yet")
    average.observe(Tensor([-1, 3.14159], shape: [2]))
    #expect("\(average)" == "moving average, 8 bits, affine, range −1 to 3.142")
    let weights = LastValueQuantizer(.weightsPerChannel)
    weights.observe(Tensor([1, -2, 0.5, 0.25], shape: [2, 2]))
    #expect("\(weights)" == "last value, 8 bits, symmetric, narrow, per channel, ranges within −2 to 2")
  }

  @Test func `axes that are not adjacent are refused`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = QuantizerFormat(axes: [0, 2]).range(of: .zeros([2, 3, 4]))
    }
    #expect(
      standardError(of: result).contains("several axes must follow one another, as 2 and 3 do; got [0, 2]"))
  }

  /// Every code of every grid is reached, and none but these: 1 to 16 bits, affine and symmetric, full and narrow.
  @Test func `every format has as many numbers as codes`() {
    for bits in 1...10 {
      for symmetric in [false, true] {
        for narrow in [false, true] where bits > 1 || !narrow {
          let format = QuantizerFormat(bitWidth: bits, symmetric: symmetric, narrowRange: narrow)
          let quantizer = LastValueQuantizer(format)
          quantizer.range = ValueRange(-1, 1)
          let x = Tensor((0...20_000).map { Float($0) / 5000 - 2 }, shape: [20_001])
          let numbers = Set(quantizer(x, training: false).values)
          #expect(numbers.count == format.codeCount && numbers.contains(0), "\(format)")
        }
      }
    }
  }
}
