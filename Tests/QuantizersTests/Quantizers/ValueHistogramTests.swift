import Quantizers
import Support
import Tensors
import Testing

@Suite struct ValueHistogramTests {
  /// Tensors of very different reach, with zeros, each a part of everything.
  static func parts(_ generator: inout SeededGenerator) -> [Tensor] {
    let reaches: [Float] = [0.01, 3, 0.5, 40, 1e-6, 7]
    return reaches.map { reach in
      let values = Tensor.normal(mean: 0.2, standardDeviation: reach, shape: [500], using: &generator)
      return .concatenated([values, .zeros([11])], axis: 0)
    }
  }

  @Test(arguments: [2, 16, 256, 4096])
  func `the histogram of many tensors is the histogram of all their values`(_ bins: Int) throws {
    var generator = SeededGenerator(seed: 51)
    let parts = Self.parts(&generator)
    func histogram(_ tensors: [Tensor]) throws -> ValueHistogram {
      let quantizer = HistogramQuantizer(rule: .percentile(99), bins: bins)
      for tensor in tensors { quantizer.observe(tensor) }
      return try #require(quantizer.histogram())
    }
    let whole = try histogram([.concatenated(parts, axis: 0)])
    #expect(try histogram(parts) == whole)
    #expect(try histogram(parts.reversed()) == whole)
  }

  @Test func `every value is counted in its bin`() throws {
    var generator = SeededGenerator(seed: 52)
    let x = Tensor.concatenated(Self.parts(&generator), axis: 0)
    let quantizer = HistogramQuantizer(rule: .percentile(99), bins: 256)
    quantizer.observe(x)
    let histogram = try #require(quantizer.histogram())
    for bin in 0..<256 {
      let (low, high) = (histogram.edge(bin), histogram.edge(bin + 1))
      let inside = x.values.filter { $0 != 0 && low <= $0 && $0 < high }.count
      #expect(histogram.counts[bin] == Float(inside))
    }
    #expect(histogram.zeros == 66 && histogram.total == 3066)
    #expect(histogram.width.significand == 1 && histogram.edge(0) <= histogram.lowest)
    #expect(histogram.highest < histogram.edge(256))
    // At least half of the bins are in use: of half the width, they would not do.
    let used = (histogram.highest / histogram.width).rounded(.down) - Float(histogram.firstBin) + 1
    #expect(used > 127 && used <= 256)
  }

  @Test func `every channel has its own histogram`() throws {
    var generator = SeededGenerator(seed: 53)
    let x = Tensor.normal(shape: [40, 3, 5], using: &generator) * Tensor([1, 10, 0.1], shape: [3, 1])
    for workers in [1, 3] {
      let quantizer = HistogramQuantizer(QuantizerFormat(axis: 1), rule: .percentile(99), bins: 64)
      quantizer.observe(x.on(Backend(kernels: .portable, workers: workers)))
      for channel in 0..<3 {
        let alone = HistogramQuantizer(rule: .percentile(99), bins: 64)
        alone.observe(x.sliced(channel..<channel + 1, axis: 1))
        #expect(quantizer.histogram(ofChannel: channel) == alone.histogram())
        #expect(quantizer.range?.high[channel] == alone.range?.high[0])
      }
    }
  }

  @Test(arguments: [0, 0x1p-149, 1e-38, 1e-20, 1, 1e20, 3e38] as [Float])
  func `a histogram holds numbers of every size`(_ size: Float) throws {
    let quantizer = HistogramQuantizer(rule: .meanSquaredError, bins: 128)
    quantizer.observe(Tensor([-size, size, size / 2], shape: [3]))
    let histogram = try #require(quantizer.histogram())
    #expect(histogram.total == 3)
    let range = try #require(quantizer.range)
    #expect(range.low[0] >= -size && range.low[0] <= 0 && range.high[0] <= size && range.high[0] >= 0)
  }

  /// A bin holds one code of 128, so a percentile is off by a bin's width at most.
  @Test func `percentiles of a histogram equal those of the values within a bin`() throws {
    var generator = SeededGenerator(seed: 54)
    let x = Tensor.normal(mean: 0.5, shape: [4000], using: &generator)
    let quantizer = HistogramQuantizer(rule: .percentile(99), bins: 512)
    quantizer.observe(x)
    let histogram = try #require(quantizer.histogram())
    let sorted = x.values.sorted()
    for percent in stride(from: 0.5, through: 100, by: 0.5) {
      let exact = sorted[max(Int((percent / 100 * 4000).rounded(.up)) - 1, 0)]
      #expect(abs(histogram.percentile(percent) - exact) <= histogram.width, "\(percent)")
    }
    #expect(histogram.percentile(100) == sorted[3999])
  }
}
