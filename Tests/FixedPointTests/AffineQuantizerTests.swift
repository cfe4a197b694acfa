import FixedPoint
import Support
import Testing

@Suite struct AffineQuantizerTests {
  /// The forms a quantizer can take: every width, both layouts of codes, and each rounding rule.
  static let forms: [(bits: Int, symmetric: Bool, narrow: Bool, signed: Bool)] = (1...16).flatMap { bits in
    [false, true].flatMap { symmetric in
      [false, true].flatMap { narrow in
        [false, true].compactMap { signed in
          bits == 1 && narrow ? nil : (bits, symmetric, narrow, signed)
        }
      }
    }
  }

  /// Ranges of every size, some without 0, some empty, some beyond what a float's width can hold.
  static func ranges(_ count: Int, seed: UInt64) -> [(low: Float, high: Float)] {
    var generator = SeededGenerator(seed: seed)
    let largest = Float.greatestFiniteMagnitude
    let special: [(low: Float, high: Float)] = [
      (0, 0), (-0.0, 0), (0, 1), (-1, 0), (-1, 1), (-128, 127), (0.5, 1), (-1, -0.5), (3, 3),
      (-largest, largest), (0, largest), (-largest, 0), (-0x1p-133, 0x1p-133), (0, 0x1p-149),
      (-0x1p-149, 0x1p-149),
      (-0x1p-126, 0x1p-125), (-0x1p-149, largest),
    ]
    return special
      + (0..<count).map { _ in
        let magnitude = Float(sign: .plus, exponent: generator.below(200) - 100, significand: 1)
        let (a, b) = (generator.uniform(-1, 1) * magnitude, generator.uniform(-1, 1) * magnitude)
        return (min(a, b), max(a, b))
      }
  }

  static func quantizers(_ count: Int, seed: UInt64) throws -> [AffineQuantizer] {
    try forms.flatMap { form in
      try ranges(count, seed: seed).enumerated().map { index, range in
        try AffineQuantizer(
          covering: range, bitWidth: form.bits, symmetric: form.symmetric, narrowRange: form.narrow,
          signed: form.signed, rounding: RoundingRule.allCases[index % RoundingRule.allCases.count])
      }
    }
  }

  @Test func `a worked example of quantization has the numbers computed by hand`() throws {
    // −1…1 in 255 steps: scale 2/255. Code of 0 from the low end: 1/(2/255) = 127.5, which Float
    // arithmetic puts just under, so 127 counted from −128 is −1. 0.5 is 63.75 steps: 64 − 1 = 63.
    let quantizer = try AffineQuantizer(covering: (-1, 1))
    #expect(quantizer.scale == Float(2) / 255)
    #expect(quantizer.zeroPoint == -1)
    #expect(quantizer.quantizedRange == -128...127)
    #expect(quantizer.quantize(0.5) == 63)
    #expect(quantizer.dequantize(63) == 64 * quantizer.scale)
    #expect(quantizer.steps == 255 && quantizer.bitWidth == 8)
    // The talk's −127…127: 127 stands for the largest magnitude.
    let talk = try AffineQuantizer(covering: (-0.3, 0.5), symmetric: true, narrowRange: true)
    #expect(talk.scale == 0.5 / 127 && talk.zeroPoint == 0 && talk.quantizedRange == -127...127)
    #expect([0.5, -0.5, 0, 9].map { talk.quantize($0) } == [127, -127, 0, 127])
  }

  // Not `towardZero`: a product rounded down, divided again, may fall just short of its integer.
  @Test func `every integer survives a round trip`() throws {
    for quantizer in try Self.quantizers(2, seed: 2) {
      let stride = max(1, quantizer.steps / 997)
      var wrong = 0
      for code in Swift.stride(
        from: quantizer.quantizedRange.lowerBound, through: quantizer.quantizedRange.upperBound,
        by: stride)
      where quantizer.rounding != .towardZero && quantizer.quantize(quantizer.dequantize(code)) != code {
        wrong += 1
      }
      #expect(wrong == 0, "\(quantizer)")
    }
  }

  @Test func `real 0 is exact in every quantizer`() throws {
    for quantizer in try Self.quantizers(20, seed: 3) {
      #expect(quantizer.quantizedRange.contains(quantizer.zeroPoint), "\(quantizer)")
      #expect(quantizer.roundTrip(0) == 0 && quantizer.roundTrip(-0.0) == 0)
      #expect(quantizer.quantize(0) == quantizer.zeroPoint)
      #expect(quantizer.realRange.low.isFinite && quantizer.realRange.high.isFinite, "\(quantizer)")
      #expect(quantizer.scale > 0 && quantizer.scale.isFinite)
    }
  }

  @Test func `a second round trip changes no bit`() throws {
    var generator = SeededGenerator(seed: 4)
    for quantizer in try Self.quantizers(10, seed: 4) where quantizer.rounding != .towardZero {
      let (low, high) = quantizer.realRange
      var wrong = 0
      for _ in 0..<50 {
        let once = quantizer.roundTrip(low + (high / 2 - low / 2) * generator.uniform(-0.1, 2.1))
        if quantizer.roundTrip(once).bitPattern != once.bitPattern { wrong += 1 }
      }
      #expect(wrong == 0, "\(quantizer)")
    }
  }

  @Test func `quantization is monotone`() throws {
    var generator = SeededGenerator(seed: 5)
    for quantizer in try Self.quantizers(4, seed: 5) {
      let reals = (0..<60).map { _ in
        quantizer.scale * generator.uniform(-1.2, 1.2) * Float(quantizer.steps)
      }.sorted()
      let codes = quantizer.quantize(reals)
      #expect(zip(codes, codes.dropFirst()).allSatisfy { $0 <= $1 }, "\(quantizer)")
    }
  }

  @Test func `the quantization error is at most half a step inside the range`() throws {
    var generator = SeededGenerator(seed: 6)
    for quantizer in try Self.quantizers(8, seed: 6) where quantizer.scale.isNormal {
      let reach = quantizer.rounding == .towardZero ? 1.0 : 0.5
      let (low, high) = quantizer.realRange
      for _ in 0..<20 {
        let real = min(max(low + (high / 2 - low / 2) * generator.uniform(0, 2), low), high)
        let error = abs(Double(quantizer.roundTrip(real)) - Double(real)) / Double(quantizer.scale)
        // The quotient and the product are each rounded: 2^−24 relative, on up to 2^16 steps.
        #expect(error <= reach + 0x1p-7, "\(quantizer) \(real)")
      }
    }
  }

  @Test func `a symmetric quantizer maps opposite numbers to opposite integers`() throws {
    var generator = SeededGenerator(seed: 7)
    for bits in 2...16 {
      for range in Self.ranges(10, seed: 7) {
        let quantizer = try AffineQuantizer(
          covering: range, bitWidth: bits, symmetric: true, narrowRange: true,
          rounding: bits % 2 == 0 ? .halfToEven : .halfAwayFromZero)
        #expect(quantizer.zeroPoint == 0)
        #expect(quantizer.quantizedRange.lowerBound == -quantizer.quantizedRange.upperBound)
        for _ in 0..<20 {
          let real = quantizer.realRange.high * generator.uniform(-1.1, 1.1)
          #expect(quantizer.quantize(-real) == -quantizer.quantize(real))
        }
      }
    }
  }

  @Test func `the zero point of a symmetric quantizer is the middle code at every width`() throws {
    for form in Self.forms where form.symmetric && form.bits > 1 {
      for range in Self.ranges(50, seed: 8) {
        let quantizer = try AffineQuantizer(
          covering: range, bitWidth: form.bits, symmetric: true, narrowRange: form.narrow,
          signed: form.signed)
        #expect(quantizer.zeroPoint == (form.signed ? 0 : 1 << (form.bits - 1)), "\(form) \(range)")
      }
    }
  }

  @Test func `a quantizer covers the requested range to half a step`() throws {
    for form in Self.forms where form.bits > 1 {
      for range in Self.ranges(50, seed: 9) {
        let quantizer = try AffineQuantizer(
          covering: range, bitWidth: form.bits, symmetric: form.symmetric, narrowRange: form.narrow,
          signed: form.signed)
        // A scale that is subnormal, or cut so as not to overflow, cannot cover exactly.
        guard quantizer.scale.isNormal, max(-range.low, range.high) < 0x1p125 else { continue }
        let half = Double(quantizer.scale) * 0.502
        #expect(Double(quantizer.realRange.low) <= Double(min(range.low, 0)) + half, "\(form) \(range)")
        #expect(Double(quantizer.realRange.high) >= Double(max(range.high, 0)) - half, "\(form) \(range)")
      }
    }
  }

  @Test func `signed and unsigned codes represent the same numbers`() throws {
    for bits in 1...16 {
      for range in Self.ranges(20, seed: 10) {
        let signed = try AffineQuantizer(covering: range, bitWidth: bits)
        let unsigned = try AffineQuantizer(covering: range, bitWidth: bits, signed: false)
        #expect(unsigned.scale == signed.scale)
        #expect(unsigned.zeroPoint - signed.zeroPoint == 1 << Int32(bits - 1))
      }
    }
  }

  @Test func `a quantizer of 1 bit has the codes -1 and 0`() throws {
    let quantizer = try AffineQuantizer(covering: (-0.4, 0.8), bitWidth: 1, symmetric: true)
    #expect(quantizer.quantizedRange == -1...0 && quantizer.zeroPoint == 0)
    #expect(quantizer.roundTrip([-9, -0.5, -0.3, 0, 7]) == [-0.8, -0.8, 0, 0, 0])
    #expect(throws: QuantizerError.narrowRangeTooSmall) {
      try AffineQuantizer(covering: (-1, 1), bitWidth: 1, narrowRange: true)
    }
  }

  @Test func `an all-zero range has a scale of 1`() throws {
    for form in Self.forms {
      let quantizer = try AffineQuantizer(
        covering: (0, 0), bitWidth: form.bits, symmetric: form.symmetric, narrowRange: form.narrow,
        signed: form.signed)
      #expect(quantizer.scale == 1 && quantizer.roundTrip(0) == 0, "\(form)")
    }
  }

  @Test func `infinities saturate, and NaN becomes 0`() throws {
    let quantizer = try AffineQuantizer(covering: (-1, 3))
    #expect(quantizer.quantize(.infinity) == 127 && quantizer.quantize(-.infinity) == -128)
    #expect(quantizer.quantize(.greatestFiniteMagnitude) == 127)
    #expect(quantizer.quantize(.nan) == quantizer.zeroPoint && quantizer.roundTrip(.nan) == 0)
  }

  @Test func `a quantizer can use the whole range of Int32`() throws {
    // Biases are quantized to 32 bits.
    let quantizer = try AffineQuantizer(scale: 1, zeroPoint: 0, quantizedRange: .min ... .max)
    #expect(quantizer.quantize(3e9) == .max && quantizer.quantize(-3e9) == .min)
    #expect(quantizer.quantize(-12345) == -12345 && quantizer.bitWidth == 32)
    let shifted = try AffineQuantizer(scale: 1, zeroPoint: .max, quantizedRange: .min ... .max)
    #expect(shifted.quantize(-0x1p32) == .min && shifted.dequantize(.min) == -0x1p32)
  }

  @Test func `impossible ranges, scales and zero points throw`() {
    #expect(throws: QuantizerError.rangeReversed(low: 1, high: -1)) {
      try AffineQuantizer(covering: (1, -1))
    }
    #expect(throws: QuantizerError.rangeNotFinite(low: 0, high: .infinity)) {
      try AffineQuantizer(covering: (0, .infinity))
    }
    #expect(throws: QuantizerError.self) { try AffineQuantizer(covering: (.nan, 1)) }
    #expect(throws: QuantizerError.self) { try AffineQuantizer(covering: [1, .nan, 2]) }
    #expect(throws: QuantizerError.bitWidthUnsupported(17)) {
      try AffineQuantizer(covering: (0, 1), bitWidth: 17)
    }
    #expect(throws: QuantizerError.bitWidthUnsupported(0)) {
      try AffineQuantizer(covering: (0, 1), bitWidth: 0)
    }
    for scale: Float in [0, -1, .infinity, .nan] {
      #expect(throws: QuantizerError.self) { try AffineQuantizer(scale: scale, zeroPoint: 0) }
    }
    #expect(throws: QuantizerError.zeroPointOutsideRange(zeroPoint: 128, quantizedRange: -128...127)) {
      try AffineQuantizer(scale: 1, zeroPoint: 128)
    }
    #expect(throws: QuantizerError.singleCode(0)) {
      try AffineQuantizer(scale: 1, zeroPoint: 0, quantizedRange: 0...0)
    }
    #expect(QuantizerError.bitWidthUnsupported(17).description.contains("expected 1 to 16"))
  }

  @Test func `the description of a quantizer is its scale, zero point and range`() throws {
    let quantizer = try AffineQuantizer(scale: 0.0078125, zeroPoint: -1)
    #expect("\(quantizer)" == "scale 0.0078125, zero point -1, range -128...127")
  }

  @Test func `quantizing an array equals quantizing its elements`() throws {
    let quantizer = try AffineQuantizer(covering: [-0.7, 1.9, 0.2], bitWidth: 8)
    #expect(quantizer == (try AffineQuantizer(covering: (-0.7, 1.9))))
    let reals: [Float] = [-5, -0.7, 0, 0.3, 1.9, 5]
    let codes = reals.map { quantizer.quantize($0) }
    #expect(quantizer.quantize(reals) == codes)
    #expect(quantizer.quantizeToInt8(reals) == codes.map { Int8($0) })
    #expect(quantizer.dequantize(codes) == quantizer.roundTrip(reals))
    #expect(quantizer.dequantize(quantizer.quantizeToInt8(reals)) == quantizer.roundTrip(reals))
  }

  /// Ties, their neighbours, limits, numbers that are no numbers, and every 2¹⁴-th float.
  @Test(arguments: RoundingRule.allCases) func `many numbers to bytes give the codes of each`(
    _ rounding: RoundingRule
  ) throws {
    var reals: [Float] = (0...(UInt32.max >> 14)).map { Float(bitPattern: $0 << 14 | 0x1555) }
    reals += (-600...600).flatMap { half -> [Float] in
      let tie = Float(half) / 2
      return [tie, tie.nextUp, tie.nextDown, tie * 0.1, (tie * 0.1).nextUp, (tie * 0.1).nextDown]
    }
    reals += [
      .nan, .infinity, -.infinity, .greatestFiniteMagnitude, -.leastNonzeroMagnitude, -0.0, 0x1p22, 0x1p23,
    ]
    for (scale, zeroPoint, range) in [
      (1, 0, -128...127), (0.1, -128, -128...127), (0.1, 127, -127...127), (0x1p-149, 3, -8...7),
      (0x1p127, -2, -2...1),
    ] as [(Float, Int32, ClosedRange<Int32>)] {
      let quantizer = try AffineQuantizer(
        scale: scale, zeroPoint: zeroPoint, quantizedRange: range, rounding: rounding)
      let codes = quantizer.quantizeToInt8(reals)
      let wrong = zip(reals, codes).first { Int32($1) != quantizer.quantize($0) }
      #expect(codes.count == reals.count && wrong == nil, "\(quantizer): \(wrong.map { "\($0)" } ?? "")")
    }
  }

  @Test func `quantizeToInt8 stops if the range does not fit a byte`() async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = try AffineQuantizer(covering: (0, 1), signed: false).quantizeToInt8([0])
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("expected a range within -128...127, got 0...255"))
  }
}
