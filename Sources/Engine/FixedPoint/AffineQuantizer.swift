import Support

/// The affine map between real numbers and the integers that represent them.
///
///     real = scale × (quantized − zeroPoint)
///
/// An integer represents real 0 exactly, so zero padding and ReLU add no error. Quantizing divides by the scale,
/// rounds by ``rounding``, and saturates at the ends of ``quantizedRange``.
///
/// Source: Jacob et al., 2018, section 2.1, eq. 1 (arXiv:1712.05877).
public struct AffineQuantizer: Hashable, Sendable {
  /// The real distance between adjacent integers: finite and above zero.
  public let scale: Float
  /// The integer that represents real 0, in ``quantizedRange``.
  public let zeroPoint: Int32
  /// The integers in use: `-128...127`, or `-127...127` for a narrow range.
  public let quantizedRange: ClosedRange<Int32>
  /// The rule that rounds a real number between two integers.
  public let rounding: RoundingRule

  /// Creates the quantizer of a known scale and zero point, such as one read from a model.
  ///
  /// - Parameters:
  ///   - scale: The real distance between adjacent integers.
  ///   - zeroPoint: The integer that represents real 0.
  ///   - quantizedRange: The integers in use.
  ///   - rounding: The rule that rounds a real number between two integers.
  /// - Throws: ``QuantizerError`` if the scale is not finite and above zero, the range holds a single
  ///   integer, or the zero point is not in it.
  public init(
    scale: Float, zeroPoint: Int32, quantizedRange: ClosedRange<Int32> = -128...127,
    rounding: RoundingRule = .halfToEven
  ) throws(QuantizerError) {
    guard scale.isFinite, scale > 0 else { throw .scaleNotPositive(scale) }
    guard quantizedRange.lowerBound < quantizedRange.upperBound else {
      throw .singleCode(quantizedRange.lowerBound)
    }
    guard quantizedRange.contains(zeroPoint) else {
      throw .zeroPointOutsideRange(zeroPoint: zeroPoint, quantizedRange: quantizedRange)
    }
    (self.scale, self.zeroPoint) = (scale, zeroPoint)
    (self.quantizedRange, self.rounding) = (quantizedRange, rounding)
  }

  /// Creates the quantizer that spreads its integers over a real range, which is widened to include 0 and nudged.
  ///
  /// ``NudgedRange`` documents nudging. The real numbers covered are those of TensorFlow's fake-quant operators.
  ///
  /// Special ranges: 0…0 gets a scale of 1. A range too narrow even for subnormal steps gets the smallest
  /// subnormal step. If an end would overflow, the step is made smaller, so that every integer represents a finite
  /// number. 1 bit means the two integers −1 and 0.
  ///
  /// - Parameters:
  ///   - range: The real range to cover.
  ///   - bitWidth: The bits of an integer, 1 to 16.
  ///   - symmetric: Whether to widen the range until real 0 is the middle integer, which is 0 if `signed`.
  ///   - narrowRange: Whether to leave out the lowest integer.
  ///   - signed: Whether the integers are signed.
  ///   - rounding: The rule that rounds a real number between two integers.
  /// - Throws: ``QuantizerError`` if an end is NaN or infinite, the low end is above the high end, the bit width is
  ///   not 1 to 16, or `narrowRange` is set with 1 bit.
  public init(
    covering range: (low: Float, high: Float), bitWidth: Int = 8, symmetric: Bool = false,
    narrowRange: Bool = false, signed: Bool = true, rounding: RoundingRule = .halfToEven
  ) throws(QuantizerError) {
    let (low, high) = range
    guard low.isFinite, high.isFinite else { throw .rangeNotFinite(low: low, high: high) }
    guard low <= high else { throw .rangeReversed(low: low, high: high) }
    guard (1...16).contains(bitWidth) else { throw .bitWidthUnsupported(bitWidth) }
    guard bitWidth > 1 || !narrowRange else { throw .narrowRangeTooSmall }
    let (nudged, scale) = Self.nudged(
      low: min(low, 0), high: max(high, 0), bitWidth: bitWidth, symmetric: symmetric,
      narrowRange: narrowRange)
    let offset: Int32 = signed ? -(1 << Int32(bitWidth - 1)) : 0
    try self.init(
      scale: scale, zeroPoint: nudged.zeroPoint + offset,
      quantizedRange: (nudged.firstCode + offset)...(nudged.lastCode + offset), rounding: rounding)
  }

  /// Creates the quantizer that covers the smallest to the largest of `values`; an empty array counts as 0.
  ///
  /// - Parameters:
  ///   - values: The values to cover.
  ///   - bitWidth: The bits of an integer, 1 to 16.
  ///   - symmetric: Whether to widen the range until real 0 is the middle integer, which is 0 if `signed`.
  ///   - narrowRange: Whether to leave out the lowest integer.
  ///   - signed: Whether the integers are signed.
  ///   - rounding: The rule that rounds a real number between two integers.
  /// - Throws: ``QuantizerError`` if a value is NaN or infinite, the bit width is not 1 to 16, or `narrowRange` is
  ///   set with 1 bit.
  public init(
    covering values: [Float], bitWidth: Int = 8, symmetric: Bool = false, narrowRange: Bool = false,
    signed: Bool = true, rounding: RoundingRule = .halfToEven
  ) throws(QuantizerError) {
    var (low, high): (Float, Float) = (.infinity, -.infinity)
    for value in values {
      if value.isNaN { throw .rangeNotFinite(low: value, high: value) }
      (low, high) = (min(low, value), max(high, value))
    }
    if values.isEmpty { (low, high) = (0, 0) }
    try self.init(
      covering: (low, high), bitWidth: bitWidth, symmetric: symmetric, narrowRange: narrowRange,
      signed: signed, rounding: rounding)
  }

  /// The nudged range and its scale, for ends with 0 between them.
  private static func nudged(low: Float, high: Float, bitWidth: Int, symmetric: Bool, narrowRange: Bool)
    -> (range: NudgedRange, scale: Float)
  {
    // Very large or small numbers would overflow or lose digits, so the range is first multiplied by a power of
    // two, which changes no digit.
    let magnitude = max(-low, high)
    let factor: Float = magnitude > 0x1p125 ? 0x1p-3 : magnitude < 0x1p-100 ? 0x1p64 : 1
    var ends = (low: low * factor, high: high * factor)
    if magnitude == 0 {  // steps of 1
      let lastCode = Float(Int32(1) << Int32(bitWidth)) - 1
      ends = (0, narrowRange ? lastCode - 1 : lastCode)
      if symmetric { ends.high = max((lastCode - 1) / 2, 1) }
    }
    if symmetric {
      ends = NudgedRange.symmetricEnds(
        low: ends.low, high: ends.high, bitWidth: bitWidth, narrowRange: narrowRange)
    }
    let range = NudgedRange(low: ends.low, high: ends.high, bitWidth: bitWidth, narrowRange: narrowRange)
    if magnitude == 0 { return (range, 1) }
    let scale = max(range.scale / factor, .leastNonzeroMagnitude)
    let farthest = Float(max(range.zeroPoint - range.firstCode, range.lastCode - range.zeroPoint))
    if (scale * farthest).isFinite { return (range, scale) }
    return (range, (Float.greatestFiniteMagnitude / farthest).nextDown)
  }

  /// The number of steps from the lowest integer to the highest: 255 for `-128...127`.
  public var steps: Int { Int(quantizedRange.upperBound) - Int(quantizedRange.lowerBound) }

  /// The bits that are needed to distinguish the integers: 8 for `-127...127` too.
  public var bitWidth: Int { Int.bitWidth - steps.leadingZeroBitCount }

  /// The lowest and the highest real number that an integer represents; values beyond them saturate.
  public var realRange: (low: Float, high: Float) {
    (dequantize(quantizedRange.lowerBound), dequantize(quantizedRange.upperBound))
  }

  /// The integer nearest to `real` by the rounding rule, saturated to the range.
  ///
  /// The infinities give the ends of the range. NaN gives the zero point, and so 0 after a round trip.
  public func quantize(_ real: Float) -> Int32 {
    let steps = rounding.rounded(real / scale)
    if steps.isNaN { return zeroPoint }
    let (lowest, highest) = stepRange
    return Int32(min(max(Double(steps), lowest), highest) + Double(zeroPoint))
  }

  /// Whether `real`, rounded, is beyond the ends of the range, or NaN.
  public func saturates(_ real: Float) -> Bool {
    let steps = Double(rounding.rounded(real / scale))
    let (lowest, highest) = stepRange
    return !(lowest <= steps && steps <= highest)
  }

  /// The real number that `quantized` represents; exact up to the rounding of one product.
  public func dequantize(_ quantized: Int32) -> Float {
    scale * Float(Int64(quantized) - Int64(zeroPoint))
  }

  /// The real number that represents `real` in inference: quantized and dequantized.
  ///
  /// A second round trip changes no bit, at up to 16 bits and unless rounding is towards zero.
  public func roundTrip(_ real: Float) -> Float { dequantize(quantize(real)) }

  /// Whether codes represent the same real numbers; the rounding rules may differ.
  package func hasSameGrid(as other: AffineQuantizer) -> Bool {
    scale == other.scale && zeroPoint == other.zeroPoint && quantizedRange == other.quantizedRange
  }

  /// The ends of the range, counted in steps from the zero point.
  private var stepRange: (lowest: Double, highest: Double) {
    (
      Double(quantizedRange.lowerBound) - Double(zeroPoint),
      Double(quantizedRange.upperBound) - Double(zeroPoint)
    )
  }
}

extension AffineQuantizer {
  /// The integers that represent `reals`.
  public func quantize(_ reals: [Float]) -> [Int32] { reals.map { quantize($0) } }

  /// The real numbers that `quantized` represent.
  public func dequantize(_ quantized: [Int32]) -> [Float] { quantized.map { dequantize($0) } }

  /// The real numbers that `quantized` represent.
  public func dequantize(_ quantized: [Int8]) -> [Float] { quantized.map { dequantize(Int32($0)) } }

  /// The round trip of each of `reals`.
  public func roundTrip(_ reals: [Float]) -> [Float] { reals.map { roundTrip($0) } }
}

extension AffineQuantizer {
  /// Writes the round trips of `count` numbers, `stride` elements apart, to the same indices of `results`.
  ///
  /// The loop is in the module of the scalar form, so that the compiler can inline it.
  ///
  /// - Parameters:
  ///   - reals: The first of the numbers.
  ///   - results: The memory of the results, laid out as `reals`.
  ///   - count: The number of numbers.
  ///   - stride: The distance between two numbers, in elements.
  package func roundTrip(
    _ reals: UnsafePointer<Float>, into results: UnsafeMutablePointer<Float>, count: Int, stride: Int = 1
  ) {
    for index in 0..<count { results[index * stride] = roundTrip(reals[index * stride]) }
  }

  /// Writes the straight-through gradients: `upstream` × 0 where a number saturates, × 1 elsewhere.
  ///
  /// - Parameters:
  ///   - reals: The first of the numbers.
  ///   - upstream: The upstream gradients, laid out as `reals`.
  ///   - gradients: The memory of the gradients, laid out as `reals`.
  ///   - count: The number of numbers.
  ///   - stride: The distance between two numbers, in elements.
  package func straightThroughGradient(
    _ reals: UnsafePointer<Float>, upstream: UnsafePointer<Float>,
    into gradients: UnsafeMutablePointer<Float>, count: Int, stride: Int = 1
  ) {
    for index in 0..<count {
      gradients[index * stride] = upstream[index * stride] * (saturates(reals[index * stride]) ? 0 : 1)
    }
  }
}

extension AffineQuantizer: CustomStringConvertible {
  /// Scale, zero point and range, as in `scale 0.0078125, zero point 0, range -128...127`.
  public var description: String {
    "scale \(scale), zero point \(zeroPoint), range \(quantizedRange)"
  }
}

extension AffineQuantizer: Codable {
  private enum CodingKeys: String, CodingKey { case scale, zeroPoint, quantizedRange, rounding }

  /// Reads a quantizer and checks it as ``init(scale:zeroPoint:quantizedRange:rounding:)`` does.
  ///
  /// - Throws: `DecodingError` whose description says what is wrong with the numbers.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    do {
      try self.init(
        scale: container.decode(Float.self, forKey: .scale),
        zeroPoint: container.decode(Int32.self, forKey: .zeroPoint),
        quantizedRange: container.decode(ClosedRange<Int32>.self, forKey: .quantizedRange),
        rounding: container.decode(RoundingRule.self, forKey: .rounding))
    } catch let error as QuantizerError {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: error.description))
    }
  }

  /// Writes the four properties under their names.
  ///
  /// - Throws: What the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(scale, forKey: .scale)
    try container.encode(zeroPoint, forKey: .zeroPoint)
    try container.encode(quantizedRange, forKey: .quantizedRange)
    try container.encode(rounding, forKey: .rounding)
  }
}
