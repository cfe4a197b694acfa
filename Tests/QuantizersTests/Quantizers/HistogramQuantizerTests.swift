import FixedPoint
import Quantizers
import Support
import Tensors
import TestSupport
import Testing

/// The rules against NumPy's exhaustive searches; see `Fixtures/make_range_fixtures.py`.
@Suite struct HistogramQuantizerTests {
  struct Case {
    let kind: Substring
    let format: QuantizerFormat
    let x: Tensor
    let (low, high, magnitude, leastError): (Float, Float, Float, Float)
    let divergenceAbove: Int

    init(_ fields: [Substring]) throws {
      kind = fields[0]
      let numbers = fields[1...4].compactMap { Int($0) }
      format = QuantizerFormat(
        bitWidth: numbers[1], symmetric: numbers[2] == 1, narrowRange: numbers[3] == 1)
      let floats = fields[5...8].map { OracleCases.floats($0)[0] }
      (low, high, magnitude, leastError) = (floats[0], floats[1], floats[2], floats[3])
      divergenceAbove = try #require(Int(fields[10]))
      x = Self.numbers(kind, numbers[0])
    }

    /// The script's `numbers`, in the same order of `Float` operations.
    static func numbers(_ kind: Substring, _ count: Int) -> Tensor {
      let values = (0..<count).map { index in
        let u = (Float(index) * 2 + 1) / Float(count) - 1
        let tails = u / (1.002 - u * u)
        switch kind {
        case "cubic": return u * u * u * 3 + u
        case "tails": return tails
        case "relu": return max(tails, 0)
        default: return tails < 0 ? tails * 0.25 : tails
        }
      }
      return Tensor(values, shape: [count])
    }

    func quantizer(_ rule: HistogramRule, bins: Int = 4096) -> HistogramQuantizer {
      let quantizer = HistogramQuantizer(format, rule: rule, bins: bins)
      quantizer.observe(x)
      return quantizer
    }
  }

  static func cases() throws -> [Case] { try OracleCases.lines(of: "chosen").map(Case.init) }

  @Test func `percentile ranges equal NumPy's within a bin`() throws {
    for each in try Self.cases() {
      let quantizer = each.quantizer(.percentile(99))
      let width = try #require(quantizer.histogram()).width
      let range = try #require(quantizer.range)
      if each.format.symmetric {
        #expect(abs(range.high[0] - each.magnitude) <= width, "\(each.kind)")
      } else {
        #expect(abs(range.low[0] - min(each.low, 0)) <= width, "\(each.kind)")
        #expect(abs(range.high[0] - each.high) <= width, "\(each.kind)")
      }
    }
  }

  /// Within 1 % of the best error that NumPy found by trying everything, on the values themselves.
  @Test func `no range has a much smaller squared error than the one chosen`() throws {
    for each in try Self.cases() {
      let y = each.quantizer(.meanSquaredError)(each.x, training: false)
      let found = (y - each.x).squared().mean().scalar
      #expect(
        found <= each.leastError * 1.01, "\(each.kind) \(each.format): \(found), least \(each.leastError)")
      let all = AllValuesQuantizer(each.format)
      all.observe(each.x)
      #expect(found <= (all(each.x, training: false) - each.x).squared().mean().scalar * 1.001)
    }
  }

  /// The very bin that NumPy's search from the definition ends at.
  @Test func `the entropy rule ends at the same bin as NumPy's search`() throws {
    var compared = 0
    for each in try Self.cases() where each.divergenceAbove > 0 && each.kind != "skewed" {
      // NumPy's histogram is of magnitudes where the format is symmetric; ours has both sides.
      let isFolded = each.format.symmetric && each.kind != "relu"
      let quantizer = each.quantizer(.entropy, bins: isFolded ? 8192 : 4096)
      let histogram = try #require(quantizer.histogram())
      let expected = min(Float(each.divergenceAbove) * histogram.width, each.x.values.max() ?? 0)
      #expect(quantizer.range?.high == [expected], "\(each.kind) \(each.format)")
      compared += 1
    }
    #expect(compared == 16)
  }

  /// Data on both sides of an affine range: at most some per cent of the values are clipped, and at 16 bits,
  /// where every bin has codes enough, none.
  @Test func `the entropy rule treats both sides of an affine range`() throws {
    let x = Case.numbers("skewed", 20_000)
    let quantizer = HistogramQuantizer(QuantizerFormat(), rule: .entropy)
    quantizer.observe(x)
    let range = try #require(quantizer.range)
    #expect(range.low[0] < 0 && range.high[0] > -range.low[0])
    let share = x.values.filter { $0 < range.low[0] || $0 > range.high[0] }.count
    #expect(share > 0 && share < 3000, "\(share) \(range)")
    let fine = HistogramQuantizer(QuantizerFormat(bitWidth: 16), rule: .entropy)
    fine.observe(x)
    #expect(fine.range == QuantizerFormat().range(of: x))
  }

  @Test func `zeros do not change the range of least squared error`() {
    let x = Case.numbers("relu", 1000)
    let more = Tensor.concatenated([x, .zeros([100_000])], axis: 0)
    let quantizers = [x, more].map { values in
      let quantizer = HistogramQuantizer(QuantizerFormat(bitWidth: 4), rule: .meanSquaredError)
      quantizer.observe(values)
      return quantizer
    }
    #expect(quantizers[0].range == quantizers[1].range && quantizers[0].range != nil)
  }

  @Test func `a quantizer that does not accumulate chooses by the last tensor alone`() throws {
    var generator = SeededGenerator(seed: 61)
    let format = QuantizerFormat(bitWidth: 3, symmetric: true, axis: -1)
    let quantizer = HistogramQuantizer(format, rule: .meanSquaredError, accumulates: false)
    quantizer.observe(Tensor.normal(standardDeviation: 50, shape: [72, 4], using: &generator))
    let kernel = Tensor.normal(shape: [72, 4], using: &generator)
    quantizer.observe(kernel)
    let fresh = quantizer.copied()
    fresh.observe(kernel)
    #expect(quantizer.range == fresh.range && quantizer.variables.map(\.name) == ["min", "max", "observed"])
    // Each channel's error is near the best of 1000 thresholds tried on the values themselves.
    let lost = (quantizer(kernel, training: false) - kernel).squared().mean(axes: [0]).values
    let reach = format.range(of: kernel).high
    for channel in 0..<4 {
      let column = kernel.sliced(channel..<channel + 1, axis: 1)
      let best = (1...1000).map { step -> Float in
        let high = reach[channel] * Float(step) / 1000
        let range = NudgedRange.symmetricEnds(low: -high, high: high, bitWidth: 3, narrowRange: false)
        return (column.fakeQuantized(min: range.low, max: range.high, bitWidth: 3) - column).squared().mean()
          .scalar
      }
      #expect(lost[channel] <= (best.min() ?? 0) * 1.03, "channel \(channel)")
    }
  }

  @Test func `every rule chooses a valid range at every bit width`() throws {
    var generator = SeededGenerator(seed: 62)
    for rule in [HistogramRule.percentile(100), .meanSquaredError, .entropy] {
      for bits in 1...16 {
        for symmetric in [false, true] {
          let format = QuantizerFormat(bitWidth: bits, symmetric: symmetric)
          let quantizer = HistogramQuantizer(format, rule: rule, bins: 64)
          let x = Tensor.normal(shape: [50], using: &generator)
          quantizer.observe(x)
          let (range, full) = (try #require(quantizer.range), format.range(of: x))
          #expect(range.low[0] >= full.low[0] * 1.0001 && range.high[0] <= full.high[0] * 1.0001)
          #expect(range.high[0] - range.low[0] > 0, "\(rule) \(format)")
          let grids = try quantizer.affineQuantizers()
          #expect(!symmetric || grids[0].zeroPoint == 0)
        }
      }
    }
  }

  @Test func `a percentile of 100 is the range of all values`() {
    var generator = SeededGenerator(seed: 63)
    for format in [QuantizerFormat(), .weights, .weightsPerChannel] {
      let x = Tensor.normal(shape: [60, 3], using: &generator)
      let quantizer = HistogramQuantizer(format, rule: .percentile(100))
      quantizer.observe(x)
      #expect(quantizer.range == format.range(of: x))
    }
  }

  @Test func `an assigned range lasts until the next tensor is observed`() {
    let x = Case.numbers("cubic", 500)
    for rule in [HistogramRule.percentile(99), .meanSquaredError, .entropy] {
      let (assigned, fresh) = (HistogramQuantizer(rule: rule), HistogramQuantizer(rule: rule))
      assigned.range = ValueRange(-100, 100)
      #expect(assigned(Tensor([1000], shape: [1]), training: false).values[0] > 99)
      for quantizer in [assigned, fresh] { quantizer.observe(x) }
      #expect(assigned.range == fresh.range && assigned.histogram() == fresh.histogram())
    }
  }

  @Test func `impossible percentiles and numbers of bins are refused`() async {
    let percent = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = HistogramQuantizer(rule: .percentile(0.999))
    }
    #expect(standardError(of: percent).contains("such as 99.9; got 0.999"))
    let bins = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = HistogramQuantizer(rule: .entropy, bins: 1)
    }
    #expect(standardError(of: bins).contains("expected 2 bins or more; got 1"))
  }
}
