import FixedPoint
import Quantizers
import Support
import Tensors
import TestSupport
import Testing

@Suite struct RangeHealthTests {
  /// 2 bits over 0…3 are the codes 0 to 3; −1, 9 and 9 lie beyond, 3.4 still rounds to 3, and 1 is not used.
  @Test func `range health counts used codes and clipped elements`() {
    let quantizer = FixedQuantizer(QuantizerFormat(bitWidth: 2), from: 0, to: 3)
    let health = RangeHealth(of: quantizer, on: Tensor([-1, 0, 0.2, 2, 3, 3.4, 9, 9], shape: [8]))
    #expect(health.codesUsed == 3 && health.codesAvailable == 4 && health.shareUsed == 0.75)
    #expect(health.clippedLow == 1.0 / 8 && health.clippedHigh == 2.0 / 8)
    #expect(health.residue == nil && health.batchesNeeded == nil && health.channelRatio == 1)
    #expect(health.description == "3 of 4 codes used (75.0 %); clipped: 12.5 % below, 25.0 % above")
    #expect(health.row == ["3 of 4", "12.5 %", "25.0 %", "–", "–", "1"])
    #expect(health.row.count == RangeHealth.columns.count)
  }

  @Test func `range health sums the codes of all channels`() {
    let quantizer = LastValueQuantizer(QuantizerFormat(bitWidth: 2, axis: -1))
    quantizer.range = ValueRange(low: [0, 0], high: [3, 0.3])
    let x = Tensor([0, 0, 1, 0.1, 2, 0.2, 3, 5], shape: [4, 2])
    let health = RangeHealth(of: quantizer, on: x)
    #expect(health.codesUsed == 8 && health.codesAvailable == 8 && health.clippedHigh == 1.0 / 8)
    #expect(abs(health.channelRatio - 10) < 1e-5)
    #expect(health.description.hasSuffix("widest channel 10 × the narrowest"))
  }

  /// A freshly wrapped TFMOT model: everything becomes 0.
  @Test func `an empty range clips every element but zero`() {
    let quantizer = FixedQuantizer(from: 0, to: 0)
    let health = RangeHealth(of: quantizer, on: Tensor([-1, 0, 1, 2], shape: [4]))
    #expect(health.codesUsed == 1 && health.clippedLow == 0.25 && health.clippedHigh == 0.5)
  }

  /// 0.999ⁿ < 0.01 from n = 4603 on: ln 0.01 / ln 0.999 = 4602.9; and 6 × 0.999ⁿ is less than a step of 4/255
  /// only from n = 5946 on, so 1 % comes first.
  @Test func `the residue of the start is TFMOT's`() throws {
    let quantizer = MovingAverageQuantizer(start: .tfmot)
    let batch = Tensor([0, 4], shape: [2])
    for _ in 0..<1877 { quantizer.observe(batch) }
    let health = RangeHealth(of: quantizer, on: batch)
    let residue = try #require(health.residue)
    #expect(abs(residue * 6 - 0.917) < 1e-3 && health.batchesNeeded == 4603 - 1877)
    let grid = try quantizer.affineQuantizers()[0]
    #expect(abs((health.residueInSteps ?? 0) - residue * 6 / Double(grid.scale)) < 1e-4)
    for _ in 0..<(4603 - 1877 - 1) { quantizer.observe(batch) }
    #expect(RangeHealth(of: quantizer, on: batch).batchesNeeded == 1)
    quantizer.observe(batch)
    #expect(RangeHealth(of: quantizer, on: batch).batchesNeeded == 0)
    #expect(RangeHealth(of: MovingAverageQuantizer(start: .tfmot), on: batch).batchesNeeded == 4603)
  }

  /// At 2 bits a step is 2, so 1 of the 6 is within it long before 1 % is reached: 6 × 0.9ⁿ < 4/3, say.
  @Test func `a residue below one step needs no more batches`() {
    let quantizer = MovingAverageQuantizer(QuantizerFormat(bitWidth: 2), decay: 0.9, start: .tfmot)
    let batch = Tensor([0, 4], shape: [2])
    var batches = 0
    while RangeHealth(of: quantizer, on: batch).batchesNeeded != 0, batches < 100 {
      quantizer.observe(batch)
      batches += 1
    }
    let health = RangeHealth(of: quantizer, on: batch)
    #expect((health.residueInSteps ?? 9) < 1 && (health.residue ?? 0) > 0.01 && batches < 44)
  }

  @Test func `a debiased average has no residue`() {
    let quantizer = MovingAverageQuantizer()
    quantizer.observe(Tensor([0, 4], shape: [2]))
    #expect(RangeHealth(of: quantizer, on: Tensor([0, 4], shape: [2])).residue == nil)
  }

  @Test func `range health of a quantizer without a range is refused`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = RangeHealth(of: LastValueQuantizer(), on: Tensor([1], shape: [1]))
    }
    #expect(standardError(of: result).contains("range health: the quantizer has no finite range"))
  }
}
