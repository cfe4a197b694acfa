/// A real range moved a little, so that real 0 falls exactly on a code.
///
/// Spread evenly over the codes, a range seldom has 0 on one of them: −1…1 over 255 steps puts 0 at
/// code 127.5. Zero padding and ReLU write 0 all the time, so it has to be exact. Nudging rounds that
/// code and moves both ends of the range by the same distance, at most half a step; the step stays.
///
///     scale          = (high − low) / steps               the step between neighbouring codes
///     exactZeroPoint = firstCode − low / scale            the code of real 0, seldom whole
///     zeroPoint      = exactZeroPoint, rounded half away from zero, limited to the codes in use
///     lowest         = (firstCode − zeroPoint) × scale    the range really covered
///     highest        = (lastCode − zeroPoint) × scale
///
/// Codes count from 0 here, or from 1 if the range is narrow, up to 2^bitWidth − 1, as TensorFlow's do.
/// Everything is computed in `Float` and in TensorFlow's order, so that the ends agree with its
/// fake-quant operators bit for bit; as in TensorFlow's threads, subnormal numbers count as 0. No range
/// is refused: an empty one has scale 0, one whose width overflows scale ∞, and one that leaves out 0 is
/// moved as far as it takes. `AffineQuantizer` widens and checks its range first.
///
/// Source: Jacob et al., 2018, section 3.1, eq. 13 (arXiv:1712.05877).
public struct NudgedRange: Hashable, Sendable {
  /// The low end asked for.
  public let low: Float
  /// The high end asked for.
  public let high: Float
  /// The first code in use: 0, or 1 for a narrow range.
  public let firstCode: Int32
  /// The last code in use: 2^bitWidth − 1.
  public let lastCode: Int32
  /// The real distance between neighbouring codes.
  public let scale: Float
  /// Steps per unit, `steps / (high − low)`: computed afresh, not as `1 / scale`, which rounds twice.
  public let inverseScale: Float
  /// The code of real 0 before rounding.
  public let exactZeroPoint: Float
  /// The code of real 0.
  public let zeroPoint: Int32
  /// The real number of the first code: `low`, nudged.
  public let lowest: Float
  /// The real number of the last code: `high`, nudged.
  public let highest: Float

  /// Nudges `low`…`high` for codes of `bitWidth` bits, 1 to 16, without the first if `narrowRange`.
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

  /// How far the range was moved, in steps; above zero means upwards.
  ///
  /// Between −½ and ½ if the range holds 0.
  public var shift: Float { exactZeroPoint - Float(zeroPoint) }

  /// The real number that `code` stands for.
  public func dequantize(_ code: Int32) -> Float { Float(code - zeroPoint) * scale }

  /// `value`, or 0 with its sign if `value` is subnormal: below 2^−126.
  package static func flushed(_ value: Float) -> Float {
    value.isSubnormal ? Float(signOf: value, magnitudeOf: 0) : value
  }

  /// The smallest range that holds `low`…`high` and 0 and puts 0 at the middle code, 2^(bitWidth − 1).
  ///
  /// A narrow range has as many codes below 0 as above, and its ends are opposite numbers. The full range
  /// has one more below, so its low end is the larger by one step. TFMOT's formula, in `Float`.
  /// At 1 bit there are no codes above 0, and the range is −m…0 for the larger magnitude m.
  public static func symmetricEnds(low: Float, high: Float, bitWidth: Int, narrowRange: Bool)
    -> (low: Float, high: Float)
  {
    if bitWidth == 1 { return (-max(abs(low), abs(high)), 0) }
    let codes = Float(Int32(1) << Int32(bitWidth))
    let ratio: Float = narrowRange ? -1 : -((codes - 2) / codes)
    return (min(low, high / ratio, 0), max(high, low * ratio, 0))
  }
}
