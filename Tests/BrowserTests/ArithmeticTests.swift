import Datasets
import FixedPoint
import Foundation
import Site
import SiteData
import Support
import TestSupport
import Testing

extension Browser {
  /// Opens a page of the site in a window of this width, which is the caller's until `body` returns.
  static func visit<Value: Sendable>(
    _ page: String, width: Int = 900, dark: Bool = false,
    _ body: @Sendable (isolated Browser) throws -> Value
  ) async throws -> Value {
    try await shared.exclusively { browser in
      try browser.resize(width: width)
      try browser.prefer(dark: dark)
      try browser.open(BuiltSite.address(page))
      return try body(browser)
    }
  }

  /// What a function of the page gives for an argument.
  func apply<Value: Decodable & Sendable>(
    _ function: String, to argument: some Encodable, as _: Value.Type = Value.self
  ) throws -> Value {
    try evaluate("(\(function))(\(String(decoding: JSONEncoder().encode(argument), as: UTF8.self)))")
  }
}

/// FNV-1a over whole numbers of 32 bits, which the pages' side of a test computes, too.
struct Digest {
  private(set) var value: UInt32 = 2_166_136_261

  /// The same in JavaScript.
  static let script = "const mixed = (digest, word) => Math.imul(digest ^ word, 16777619) >>> 0;"

  mutating func mix(_ word: Int32) { value = (value ^ UInt32(bitPattern: word)) &* 16_777_619 }

  /// Mixes in many codes; by pointer, since there are millions and tests are not optimized.
  mutating func mix(_ codes: [Int8]) {
    codes.withUnsafeBufferPointer { codes in
      var (mixed, index) = (value, 0)
      while index < codes.count {
        mixed = (mixed ^ UInt32(truncatingIfNeeded: codes[index])) &* 16_777_619
        index += 1
      }
      value = mixed
    }
  }
}

/// The arithmetic of the pages' scripts is that of the engine, bit for bit.
@Suite(.enabled(if: BuiltSite.isPossible, BuiltSite.needs))
struct ArithmeticTests {
  /// A grid that is asked for, on both sides.
  private struct Case: Encodable, Sendable {
    let low: Float
    let high: Float
    let bits: Int
    let symmetric: Bool
    let narrow: Bool
    let rule: String
  }

  /// A grid as it was made, with a digest of what it does to many numbers.
  private struct Grid: Codable, Hashable {
    let scale: Double
    let zeroPoint: Int32
    let low: Int32
    let high: Int32
    let digest: UInt32
  }

  private static let ranges: [(low: Float, high: Float)] = [
    (-1, 1), (0, 1), (-0.3, 2.7), (-6, 6), (0, 0), (-1e-5, 3e-6), (-5.5, -1), (2, 3), (-3e38, 3e38),
    (-0x1p-133, 1e-38), (-1.0000001, 0.33333334), (0, 255),
  ]

  private static let cases = ranges.flatMap { range in
    [1, 2, 3, 4, 8, 16].flatMap { bits in
      [false, true].flatMap { symmetric in
        (bits == 1 ? [false] : [false, true]).flatMap { narrow in
          RoundingRule.allCases.map {
            Case(
              low: range.low, high: range.high, bits: bits, symmetric: symmetric, narrow: narrow,
              rule: $0.rawValue)
          }
        }
      }
    }
  }

  private func grid(_ test: Case) throws -> Grid {
    let rule = try #require(RoundingRule(rawValue: test.rule))
    let grid = try AffineQuantizer(
      covering: (test.low, test.high), bitWidth: test.bits, symmetric: test.symmetric,
      narrowRange: test.narrow, rounding: rule)
    var digest = Digest()
    // Quarters of a step, so that there are many ties.
    let quarters = (-80...80).map { grid.scale * (Float($0) / 4) }
    for x in quarters + [0.1, -0.7, 1e9, -1e9, .infinity, -.infinity, .nan] {
      digest.mix(grid.quantize(x))
      digest.mix(Int32(bitPattern: grid.roundTrip(x).bitPattern))
      digest.mix(grid.saturates(x) ? 1 : 0)
    }
    return Grid(
      scale: Double(grid.scale), zeroPoint: grid.zeroPoint, low: grid.quantizedRange.lowerBound,
      high: grid.quantizedRange.upperBound, digest: digest.value)
  }

  @Test
  func
    `grids, codes, round trips and saturation equal the engine's for every range, width and rounding rule`()
    async throws
  {
    let function = """
      (cases) => {
        \(Digest.script)
        const float = new Float32Array(1), bits = new Int32Array(float.buffer), f32 = Math.fround;
        return cases.map(({ low, high, rule, ...test }) => {
          const grid = QAT.numbers.AffineQuantizer.covering(low, high, { ...test, rule });
          const quarters = Array.from({ length: 161 }, (_, index) => f32(grid.scale * f32((index - 80) / 4)));
          let digest = 2166136261;
          for (const x of [...quarters, f32(0.1), f32(-0.7), 1e9, -1e9, Infinity, -Infinity, NaN]) {
            float[0] = grid.roundTrip(x);
            for (const word of [grid.quantize(x), bits[0], grid.saturates(x) ? 1 : 0]) digest = mixed(digest, word);
          }
          return { scale: grid.scale, zeroPoint: grid.zeroPoint, low: grid.low, high: grid.high, digest };
        });
      }
      """
    let cases = Self.cases
    let grids = try await Browser.visit("lesson-01.html") {
      try $0.apply(function, to: cases, as: [Grid].self)
    }
    #expect(grids.count == cases.count && cases.count > 1000)
    for (test, theirs) in zip(cases, grids) {
      let ours = try grid(test)
      #expect(ours == theirs, "\(test)")
    }
  }

  @Test func `impossible grids are refused with what was asked for`() async throws {
    let refusals = try await Browser.visit("lesson-01.html") { browser in
      try browser.apply(
        """
        (calls) => calls.map((call) => {
          try { Function("Quantizer", `return ${call}`)(QAT.numbers.AffineQuantizer); } catch (error) { return error.message; }
          return "";
        })
        """,
        to: [
          "Quantizer.covering(0, Infinity)", "Quantizer.covering(2, 1)",
          "Quantizer.covering(0, 1, { bits: 17 })",
          "Quantizer.covering(0, 1, { bits: 1, narrow: true })", "new Quantizer(0, 0, -128, 127)",
          "new Quantizer(1, 200, -128, 127)",
        ], as: [String].self)
    }
    let words = ["0…Infinity", "2…1", "got 17", "got 1", "got 0", "got 200"]
    for (refusal, word) in zip(refusals, words) { #expect(refusal.hasSuffix(word) || refusal.contains(word)) }
  }

  @Test func `multipliers take an accumulator where the engine's take it`() async throws {
    var generator = SeededGenerator(seed: 22)
    let reals =
      [0, 0x1p-33, 0x1p-32, 0.5, 0.25, 1, 3, 0x1p30, 0x1p31, 0.999_999_999_9, 0x1.fffffffffp-4]
      + (0..<200).map { _ in
        Double(generator.uniform(0.5, 1)) * (1 + Double(generator.uniform()) * 0x1p-24)
          * Double(sign: .plus, exponent: -generator.below(36), significand: 1)
      }
    let accumulators: [Int32] =
      [0, 1, -1, 2, -2, 3, -3, 5, -5, .max, .min, .max - 1, 1 << 30, -(1 << 30)]
      + (0..<60).map { _ in Int32(truncatingIfNeeded: generator.next()) >> Int32(generator.below(24)) }
    struct Input: Encodable {
      let reals: [Double]
      let accumulators: [Int32]
    }
    let function = """
      ({ reals, accumulators }) => reals.map((real) => {
        const fixed = new QAT.numbers.FixedPointMultiplier(real);
        const long = real > 0 ? new QAT.numbers.SignificandMultiplier(real) : { apply: () => 0 };
        return [fixed.mantissa, fixed.shift, ...accumulators.flatMap((value) => [fixed.apply(value), long.apply(value)])];
      })
      """
    let theirs = try await Browser.visit("lesson-01.html") {
      try $0.apply(function, to: Input(reals: reals, accumulators: accumulators), as: [[Int]].self)
    }
    for (real, numbers) in zip(reals, theirs) {
      let fixed = try FixedPointMultiplier(real)
      let long = real > 0 ? SignificandMultiplier(real) : nil
      let ours =
        [Int(fixed.mantissa), fixed.shift]
        + accumulators.flatMap {
          [Int(fixed.apply(to: $0)), Int(long?.apply(to: $0) ?? 0)]
        }
      #expect(ours == numbers, "\(real)")
    }
  }

  @Test func `strokes become the pixels that the engine draws`() async throws {
    var generator = SeededGenerator(seed: 23)
    var drawings: [[[[Float]]]] = [
      [], [[[14, 14]]], [[[3, 3], [3, 25]]], [[[0, 0], [28, 28]], [[28, 0], [0, 28]]],
      [[[10, 10], [10.5, 10]]],
    ]
    for count in 1...20 {
      drawings.append(
        (0..<(1 + count % 3)).map { _ in
          (0..<count).map { _ in [generator.uniform(0, 28), generator.uniform(0, 28)] }
        })
    }
    let images = try await Browser.visit("draw.html") { [drawings] in
      try $0.apply(
        "(drawings) => drawings.map((strokes) => Array.from(QAT.draw.drawn(strokes)))", to: drawings,
        as: [[UInt8]].self)
    }
    for (strokes, image) in zip(drawings, images) {
      let ours = Digits.drawn(strokes.map { $0.map { SIMD2($0[0], $0[1]) } })
      #expect(Array(ours) == image, "\(strokes)")
    }
  }
}
