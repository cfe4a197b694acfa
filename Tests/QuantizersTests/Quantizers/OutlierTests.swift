import FixedPoint
import Quantizers
import Support
import Tensors
import Testing

/// Ranges chosen from counts of values of which a few lie far beyond the others.
@Suite struct OutlierTests {
  private static let format = QuantizerFormat()

  /// Values in 0…1, evenly spread, and outliers at their end.
  private static func values(_ count: Int, outliers: [Float]) -> Tensor {
    Tensor((0..<count).map { (Float($0) + 0.5) / Float(count) } + outliers, shape: [count + outliers.count])
  }

  private static func range(
    _ x: Tensor, _ rule: HistogramRule, _ format: QuantizerFormat = format
  ) throws -> ValueRange {
    let quantizer = HistogramQuantizer(format, rule: rule)
    quantizer.observe(x)
    return try #require(quantizer.range)
  }

  /// Equal bins over the span of the outlier gave 261,884.
  @Test(arguments: [1e3, 1e9, 3e38] as [Float]) func `an outlier leaves a percentile where it is`(
    _ outlier: Float
  ) throws {
    for sign: Float in [1, -1] {
      let x = Self.values(100_000, outliers: [outlier]) * sign
      let range = try Self.range(x, .percentile(99.9))
      let reach = sign > 0 ? range.high[0] : -range.low[0]
      #expect(abs(reach - 0.999) < 0.0006, "\(range)")
      let symmetric = try Self.range(x, .percentile(99.9), QuantizerFormat(symmetric: true))
      #expect(abs(max(symmetric.high[0], -symmetric.low[0]) - 0.999) < 0.009, "\(symmetric)")
    }
  }

  @Test func `entropy clips an outlier and not the other values`() throws {
    for format in [Self.format, QuantizerFormat(symmetric: true)] {
      for sign: Float in [1, -1] {
        let x = Self.values(100_000, outliers: [1e9, 3e8]) * sign
        let range = try Self.range(x, .entropy, format)
        let reach = max(range.high[0], -range.low[0])
        #expect(reach > 0.9 && reach < 1.3, "\(format) \(range)")
      }
    }
  }

  /// The best of all thresholds by the squared errors of the values themselves.
  @Test(arguments: [5, 60, 2000, 1e5] as [Float])
  func `the range of least squared error is the best of a thousand, whatever the outlier`(_ outlier: Float)
    throws
  {
    let x = Self.values(20_000, outliers: [outlier])
    func error(_ high: Float) -> Float {
      (x.fakeQuantized(min: 0, max: high, bitWidth: 8) - x).squared().sum().scalar
    }
    let found = try Self.range(x, .meanSquaredError).high[0]
    let best = (0...1000).map { error(Self.threshold($0, outlier)) }.min() ?? 0
    #expect(error(found) <= best * 1.01, "\(found): \(error(found)), best \(best)")
  }

  /// A thousand thresholds from a half to the outlier, in equal ratios.
  private static func threshold(_ index: Int, _ outlier: Float) -> Float {
    let logarithm = naturalLogarithm(Double(outlier) / 0.5) * Double(index) / 1000
    return 0.5 * Tensor([Float(logarithm)], shape: [1]).exp().values[0]
  }

  @Test func `with codes for all bins, entropy clips no outlier`() throws {
    let x = Self.values(1000, outliers: [1e6])
    let range = try Self.range(x, .entropy, QuantizerFormat(bitWidth: 16))
    #expect(range == ValueRange(0, 1e6))
  }

  /// Memory is bounded: with more distinct values than bins may be occupied, neighbouring bins merge.
  @Test(arguments: [HistogramRule.percentile(99.9), .meanSquaredError, .entropy])
  func `a long stream gives the range of all its values, in any order and any cut`(_ rule: HistogramRule)
    throws
  {
    var generator = SeededGenerator(seed: 71)
    let parts = (0..<6).map { part -> Tensor in
      let spread = Tensor.normal(shape: [4000], using: &generator)
      return part == 0 ? spread * 1e6 : (spread * Float(part)).exp() * spread
    }
    func range(_ tensors: [Tensor]) throws -> ValueRange {
      let quantizer = HistogramQuantizer(rule: rule, bins: 256)
      for tensor in tensors { quantizer.observe(tensor) }
      return try #require(quantizer.range)
    }
    let whole = try range([.concatenated(parts, axis: 0)])
    #expect(try range(parts) == whole)
    #expect(try range(parts.reversed()) == whole)
    let uneven = Tensor.concatenated(parts, axis: 0)
    let cuts = [0, 1, 2, 17, 5000, 23_990, 24_000]
    #expect(try range(zip(cuts, cuts.dropFirst()).map { uneven.sliced($0..<$1, axis: 0) }) == whole)
  }

  @Test func `a saved state continues with the same numbers`() throws {
    var generator = SeededGenerator(seed: 72)
    let parts = (0..<3).map { _ in Tensor.normal(shape: [3000], using: &generator) }
    let original = HistogramQuantizer(rule: .percentile(99))
    for part in parts[..<2] { original.observe(part) }
    let copy = HistogramQuantizer(rule: .percentile(99))
    copy.build(shape: [3000], name: "copy")
    for (new, old) in zip(copy.variables, original.variables) { new.variable.value = old.variable.value }
    for quantizer in [original, copy] { quantizer.observe(parts[2]) }
    #expect(copy.range == original.range && copy.histogram() == original.histogram())
  }

  /// TFMOT's variables start at −6 and 6 whatever the format; only the ranges of batches are made symmetric.
  @Test func `a moving average with TFMOT's start begins at just -6 and 6`() throws {
    let format = QuantizerFormat(bitWidth: 4, symmetric: true)
    let quantizer = MovingAverageQuantizer(format, start: .tfmot)
    #expect(quantizer.range == ValueRange(-6, 6))
    quantizer.observe(Tensor([-1, 2], shape: [2]))
    // The range of the batch is 2 / −0.875…2.
    let rate = Float(1 - 0.999)
    let low: Float = -6 - (-6 - 2 / -0.875) * rate
    #expect(quantizer.range == ValueRange(low, 6 - (6 - 2) * rate))
    #expect(abs(low + 5.996) < 0.001)
  }
}
