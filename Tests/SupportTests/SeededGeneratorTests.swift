import Foundation
import Support
import Testing

/// Expected numbers come from a Python program written after the papers, with integers of any size; it
/// reproduces the authors' vectors for the state (1, 2, 3, 4) and for SplitMix64.
@Suite struct SeededGeneratorTests {
  @Test func `the state 1, 2, 3, 4 gives the numbers of the authors of xoshiro`() throws {
    let state = Data(#"{"s0":1,"s1":2,"s2":3,"s3":4}"#.utf8)
    var generator = try JSONDecoder().decode(SeededGenerator.self, from: state)
    let numbers = (0..<4).map { _ in generator.next() }
    #expect(numbers == [11520, 0, 1_509_978_240, 1_215_971_899_390_074_240])
  }

  @Test(
    arguments: [
      (
        0, [0x99ec_5f36_cb75_f2b4, 0xbf6e_1f78_4956_452a, 0x1a5f_849d_4933_e6e0, 0x6aa5_94f1_262d_2d2c],
        0x7aac_8c48_3a2e_dd2f
      ),
      (
        1, [0xb3f2_af6d_0fc7_10c5, 0x853b_5596_4736_4cea, 0x92f8_9756_082a_4514, 0x642e_1c7b_c266_a3a7],
        0xb851_7c33_c344_d153
      ),
      (
        42, [0x1578_0b2e_0c2e_c716, 0x6104_d986_6d11_3a7e, 0xae17_5332_39e4_99a1, 0xecb8_ad47_03b3_60a1],
        0x8de5_848c_61ab_8968
      ),
      (
        UInt64.max,
        [0x8f55_20d5_2a7e_ad08, 0xc476_a018_caa1_802d, 0x81de_31c0_d260_469e, 0xbf65_8d7e_065f_3c2f],
        0xc3c9_3ea5_cde4_34cc
      ),
    ] as [(UInt64, [UInt64], UInt64)])
  func `a seed gives its known sequence`(_ seed: UInt64, _ first: [UInt64], _ thousandth: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let numbers = (0..<1000).map { _ in generator.next() }
    #expect(Array(numbers.prefix(4)) == first)
    #expect(numbers.last == thousandth)
  }

  @Test func `a uniform float takes the top 24 bits`() {
    var generator = SeededGenerator(seed: 5)
    let steps = (0..<5).map { _ in generator.uniform() * 0x1p24 }
    #expect(steps == [4_838_737, 10_101_265, 10_897_585, 13_783_326, 8_669_020])
  }

  @Test(
    arguments: [(0, 1), (-6, 6), (1, Float(1).nextUp), (0x1p24, 0x1p24 + 2), (-1e30, 1e30)]
      as [(Float, Float)])
  func `a uniform float stays in its half-open interval`(_ low: Float, _ high: Float) {
    var generator = SeededGenerator(seed: 6)
    for _ in 0..<20_000 {
      let value = generator.uniform(low, high)
      #expect(low <= value && value < high)
    }
  }

  // By their bits, for an argument that is not finite does not reach the child process.
  @Test(
    arguments: [
      (1, 1), (2, -2), (.nan, 1), (0, .nan), (-.infinity, 0), (0, .infinity), (-3e38, 3e38),
    ].map { (low: Float, high: Float) in [low.bitPattern, high.bitPattern] })
  func `a uniform float needs a low end below the high one, both finite`(_ bits: [UInt32]) async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [bits] in
      var generator = SeededGenerator(seed: 1)
      _ = generator.uniform(Float(bitPattern: bits[0]), Float(bitPattern: bits[1]))
    }
    let (low, high) = (Float(bitPattern: bits[0]), Float(bitPattern: bits[1]))
    #expect(result.said("needs a low end below the high one, and a finite distance; got \(low) and \(high)"))
  }

  @Test func `uniform floats are spread evenly`() {
    var generator = SeededGenerator(seed: 7)
    var counts = [Int](repeating: 0, count: 16)
    for _ in 0..<16_000 { counts[Int(generator.uniform() * 16)] += 1 }
    // 1000 expected in each, deviation √(16000 · 15/16 · 1/16) = 30.6; four of them allowed.
    #expect(counts.allSatisfy { abs($0 - 1000) < 123 }, "\(counts)")
  }

  @Test func `integers below a bound follow the algorithm of Lemire`() {
    var small = SeededGenerator(seed: 7)
    let digits = (0..<20).map { _ in small.below(10) }
    #expect(digits == [7, 2, 8, 9, 9, 8, 0, 1, 4, 1, 5, 7, 9, 8, 4, 5, 2, 4, 1, 1])
    // 3 · 2⁶¹ does not divide 2⁶⁴: a quarter of the draws is rejected, the fourth and fifth here.
    var large = SeededGenerator(seed: 7)
    let numbers = (0..<6).map { _ in large.below(3 << 61) }
    #expect(
      numbers == [
        4_846_258_151_560_678_497, 1_928_269_721_375_543_502, 5_808_147_339_934_739_864,
        6_037_439_055_838_090_395, 420_254_273_381_114_143, 722_437_603_611_755_698,
      ])
  }

  @Test func `integers below a bound are unbiased where multiplying alone is not`() {
    // 2⁶⁴ / (3 · 2⁶¹) = 8/3: without rejection, two residues of three would come up 9 times to the other's 6.
    var generator = SeededGenerator(seed: 8)
    var counts = [0, 0, 0]
    for _ in 0..<9000 { counts[generator.below(3 << 61) % 3] += 1 }
    // 3000 expected in each, deviation √(9000 · 2/9) = 44.7; four of them allowed.
    #expect(counts.allSatisfy { abs($0 - 3000) < 179 }, "\(counts)")
  }

  @Test func `an integer below 1 is always 0`() {
    var generator = SeededGenerator(seed: 9)
    #expect((0..<100).allSatisfy { _ in generator.below(1) == 0 })
  }

  @Test(arguments: [0, -3])
  func `an integer below a bound needs a bound above 0`(_ bound: Int) async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [bound] in
      var generator = SeededGenerator(seed: 1)
      _ = generator.below(bound)
    }
    #expect(result.said("below(_:) needs a bound above zero; got \(bound)"))
  }

  @Test func `normal deviates follow the polar method`() {
    var generator = SeededGenerator(seed: 5)
    let expected: [Float] = [
      -1.565523310998701, 0.4943461931977683, 0.08792974323521065, 0.017502167604635323,
    ]
    for value in expected {
      // The logarithm may differ by an ulp between C libraries.
      #expect(abs(generator.normal() - value) <= 2 * value.ulp)
    }
  }

  @Test func `normal deviates have the requested mean and standard deviation`() {
    var generator = SeededGenerator(seed: 10)
    let values = (0..<20_000).map { _ in Double(generator.normal(mean: 3, standardDeviation: 2)) }
    let mean = values.reduce(0, +) / 20_000
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
    // Deviations of the estimates: 2/√20000 = 0.014 and 4 · √(2/20000) = 0.04; four of them allowed.
    #expect(abs(mean - 3) < 0.057)
    #expect(abs(variance - 4) < 0.16)
    let withinOne = values.count { abs($0 - 3) < 2 }
    // 68.27 % lie within one standard deviation: 13,654, with a deviation of √(20000 · 0.6827 · 0.3173) = 66.
    #expect(abs(withinOne - 13_654) < 264)
  }

  @Test func `a permutation follows the Fisher–Yates shuffle`() {
    var generator = SeededGenerator(seed: 3)
    #expect(generator.permutation(8) == [6, 0, 3, 7, 2, 1, 4, 5])
    #expect(generator.permutation(8) == [0, 3, 7, 2, 4, 1, 6, 5])
  }

  @Test func `a permutation holds every number once`() {
    var generator = SeededGenerator(seed: 11)
    for count in 0...40 { #expect(generator.permutation(count).sorted() == Array(0..<count)) }
  }

  @Test func `every permutation of three numbers is equally likely`() {
    var generator = SeededGenerator(seed: 12)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<6000 { counts[generator.permutation(3), default: 0] += 1 }
    // 1000 expected of each of the 6, deviation √(6000 · 5/36) = 28.9; four of them allowed.
    #expect(counts.count == 6)
    #expect(counts.values.allSatisfy { abs($0 - 1000) < 116 }, "\(counts)")
  }

  @Test func `derived generators differ and leave their parent as it was`() {
    let parent = SeededGenerator(seed: 13)
    var streams = ["", "a", "b", "ab", "kernel", "bias"].map { parent.derived($0) } + [parent]
    let firsts = streams.indices.map { streams[$0].next() }
    #expect(Set(firsts).count == firsts.count)
    #expect(parent == SeededGenerator(seed: 13))
    #expect(parent.derived("kernel") == SeededGenerator(seed: 13).derived("kernel"))
    #expect(parent.derived("kernel") != SeededGenerator(seed: 14).derived("kernel"))
  }

  @Test func `a decoded generator continues where the encoded one was`() throws {
    var generator = SeededGenerator(seed: 15)
    _ = generator.next()
    var restored = try JSONDecoder().decode(SeededGenerator.self, from: JSONEncoder().encode(generator))
    #expect(restored.next() == generator.next())
  }
}
