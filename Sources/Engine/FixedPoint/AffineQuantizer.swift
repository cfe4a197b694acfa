import Support

/// The affine map between real numbers and the integers that stand for them.
///
///     real = scale × (quantized − zeroPoint)
///
/// Real 0 is exactly an integer, so zero padding and ReLU add no error. The way from real to quantized
/// divides by the scale, rounds by a rule you choose, and saturates at the ends of `quantizedRange`.
///
/// Source: Jacob et al., 2018, section 2.1, eq. 1 (arXiv:1712.05877).
public struct AffineQuantizer: Hashable, Sendable {
  /// The real distance between neighbouring integers: finite and above zero.
  public let scale: Float
  /// The integer that stands for real 0: one of `quantizedRange`.
  public let zeroPoint: Int32
  /// The integers in use: `-128...127`, or `-127...127` for a narrow range.
  public let quantizedRange: ClosedRange<Int32>
  /// Where a real number between two integers goes.
  public let rounding: RoundingRule

  /// Creates the quantizer of a known scale and zero point, such as one read from a model.
  ///
  /// - Throws: `QuantizerError` if the scale is not finite and above zero, the range holds a single
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

  /// Creates the quantizer that spreads its integers over a real range, widened to hold 0, then nudged.
  ///
  /// `bitWidth` is 1 to 16. A `symmetric` quantizer widens the range until real 0 is the middle integer
  /// (0 if `signed`); a `narrowRange` leaves out the lowest integer. `NudgedRange` tells what nudging
  /// does, and the real numbers covered are those of TensorFlow's fake-quant operators.
  ///
  /// Ranges that cannot be divided so: 0…0 gets a scale of 1; a range too narrow even for subnormal
  /// steps gets the smallest subnormal step; where the ends would overflow, the step is made smaller so
  /// that every integer stands for a finite number. 1 bit means the two integers −1 and 0.
  ///
  /// - Throws: `QuantizerError` if an end is NaN or infinite, the ends are the wrong way round, the bit
  ///   width is not 1 to 16, or a narrow range is asked of 1 bit.
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

  /// Creates the quantizer that covers the smallest to the largest of `values`; see `init(covering:)`.
  ///
  /// - Throws: `QuantizerError` as `init(covering:)` does; no values at all count as 0.
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

  /// The nudged range and the scale to use with it, for ends that hold 0 between them.
  private static func nudged(low: Float, high: Float, bitWidth: Int, symmetric: Bool, narrowRange: Bool)
    -> (range: NudgedRange, scale: Float)
  {
    // Near either end of the exponents the arithmetic would overflow or lose digits, so it is done on the
    // range times a power of two, which changes no digit.
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

  /// The bits it takes to tell the integers apart: 8 for `-127...127` too.
  public var bitWidth: Int { Int.bitWidth - steps.leadingZeroBitCount }

  /// The lowest and the highest real number that an integer stands for; beyond them values saturate.
  public var realRange: (low: Float, high: Float) {
    (dequantize(quantizedRange.lowerBound), dequantize(quantizedRange.upperBound))
  }

  /// The integer that stands for `real`: the nearest, by the rounding rule, saturated to the range.
  ///
  /// The infinities give the ends of the range. NaN gives the zero point, so that it comes back as 0.
  public func quantize(_ real: Float) -> Int32 {
    let steps = rounding.rounded(real / scale)
    if steps.isNaN { return zeroPoint }
    let (lowest, highest) = stepRange
    return Int32(min(max(Double(steps), lowest), highest) + Double(zeroPoint))
  }

  /// Whether `real`, rounded, lies beyond the ends of the range, or is NaN.
  public func saturates(_ real: Float) -> Bool {
    let steps = Double(rounding.rounded(real / scale))
    let (lowest, highest) = stepRange
    return !(lowest <= steps && steps <= highest)
  }

  /// The real number that `quantized` stands for; exact up to the rounding of one product.
  public func dequantize(_ quantized: Int32) -> Float {
    scale * Float(Int64(quantized) - Int64(zeroPoint))
  }

  /// `real` as inference will see it: quantized and back.
  ///
  /// Doing it twice changes nothing more, to the bit, up to 16 bits and unless rounding is towards zero.
  public func roundTrip(_ real: Float) -> Float { dequantize(quantize(real)) }

  /// Whether codes stand for the same numbers; how others are rounded to them does not matter.
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
