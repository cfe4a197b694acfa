/// A real range shifted a little, so that real 0 is exactly at a code.
///
/// In a range spread evenly over the codes, 0 is seldom at one of them: −1…1 over 255 steps puts 0 at code 127.5. Zero
/// padding and ReLU produce many zeros, so 0 has to be exact. Nudging rounds the code of 0 and shifts both ends of the
/// range by the same distance, at most half a step; the step does not change.
///
///     scale          = (high − low) / steps               the step between neighbouring codes
///     exactZeroPoint = firstCode − low / scale            the code of real 0, seldom whole
///     zeroPoint      = exactZeroPoint, rounded half away from zero, clamped to the codes in use
///     lowest         = (firstCode − zeroPoint) × scale    the range that is covered
///     highest        = (lastCode − zeroPoint) × scale
///
/// As in TensorFlow, codes count from 0, or from 1 if the range is narrow, up to 2^bitWidth − 1. All computations are in
/// `Float` and in TensorFlow's order, so that the ends equal those of its fake-quant operators bit for bit; as in
/// TensorFlow's threads, subnormal numbers count as 0. No range is an error: an empty range has scale 0, a range whose
/// width overflows has scale ∞, and a range without 0 is shifted until it includes 0. ``AffineQuantizer`` widens and
/// checks its range first.
///
/// Source: Jacob et al., 2018, section 3.1, eq. 13 (arXiv:1712.05877).
public struct NudgedRange: Hashable, Sendable {
  /// The low end before nudging.
  public let low: Float
  /// The high end before nudging.
  public let high: Float
  /// The first code in use: 0, or 1 for a narrow range.
  public let firstCode: Int32
  /// The last code in use: 2^bitWidth − 1.
  public let lastCode: Int32
  /// The real distance between adjacent codes.
  public let scale: Float
  /// Steps per unit, `steps / (high − low)`; not computed as `1 / scale`, which would round twice.
  public let inverseScale: Float
  /// The code of real 0 before rounding.
  public let exactZeroPoint: Float
  /// The code of real 0.
  public let zeroPoint: Int32
  /// The real number of the first code: `low`, nudged.
  public let lowest: Float
  /// The real number of the last code: `high`, nudged.
  public let highest: Float

  /// Nudges a range.
  ///
  /// - Parameters:
  ///   - low: The low end.
  ///   - high: The high end.
  ///   - bitWidth: The bits of a code, 1 to 16.
  ///   - narrowRange: Whether to leave out the first code.
  public init(low: Float, high: Float, bitWidth: Int = 8, narrowRange: Bool = false) {
    precondition((1...16).contains(bitWidth))
    (self.low, self.high) = (low, high)
    firstCode = narrowRange ? 1 : 0
    lastCode = (1 << Int32(bitWidth)) - 1
    let (first, last) = (Float(firstCode), Float(lastCode))
    let width = Self.flushed(Self.flushed(high) - Self.flushed(low))
    scale = Self.flushed(width / (last - first))
    inverseScale = Self.flushed((last - first) / width)
    exactZeroPoint = first - Self.flushed(low) / scale
    if exactZeroPoint < first {
      zeroPoint = firstCode
    } else if exactZeroPoint > last {
      zeroPoint = lastCode
    } else {  // NaN, from an infinite or empty range, becomes 0
      zeroPoint = Int32(saturating: exactZeroPoint.rounded(.toNearestOrAwayFromZero))
    }
    lowest = (first - Float(zeroPoint)) * scale
    highest = (last - Float(zeroPoint)) * scale
  }

  /// The distance that the range was shifted by, in steps; above zero means upwards.
  ///
  /// It is between −½ and ½ if the range includes 0.
  public var shift: Float { exactZeroPoint - Float(zeroPoint) }

  /// The real number that `code` represents.
  public func dequantize(_ code: Int32) -> Float { Float(code - zeroPoint) * scale }

  /// `value`, or 0 with its sign if `value` is subnormal: below 2^−126.
  package static func flushed(_ value: Float) -> Float {
    value.isSubnormal ? Float(signOf: value, magnitudeOf: 0) : value
  }

  /// The smallest range that includes `low`…`high` and 0, with 0 at the middle code, 2^(bitWidth − 1).
  ///
  /// A narrow range has as many codes below 0 as above, and its ends are opposite numbers. The full range has one
  /// more code below 0, so the magnitude of its low end is larger by one step. The formula is TFMOT's, in `Float`. At
  /// 1 bit there are no codes above 0, and the range is −m…0 for the larger magnitude m.
  ///
  /// - Parameters:
  ///   - low: The low end.
  ///   - high: The high end.
  ///   - bitWidth: The bits of a code, 1 to 16.
  ///   - narrowRange: Whether to leave out the first code.
  /// - Returns: The ends of the range.
  public static func symmetricEnds(low: Float, high: Float, bitWidth: Int, narrowRange: Bool)
    -> (low: Float, high: Float)
  {
    if bitWidth == 1 { return (-max(abs(low), abs(high)), 0) }
    let codes = Float(Int32(1) << Int32(bitWidth))
    let ratio: Float = narrowRange ? -1 : -((codes - 2) / codes)
    return (min(low, high / ratio, 0), max(high, low * ratio, 0))
  }
}
