/// A rule that rounds a real number to an integer.
///
/// The first three differ only at ties, the numbers halfway between two integers; `towardZero` differs everywhere.
///
///                     −2.5  −1.5  −0.5   0.5   1.5   2.5      −1.2   1.8
///     halfUp            −2    −1     0     1     2     3        −1     2
///     halfToEven        −2    −2     0     0     2     2        −1     2
///     halfAwayFromZero  −3    −2    −1     1     2     3        −1     2
///     towardZero        −2    −1     0     0     1     2        −1     1
///
/// Users: `halfUp` is the rule of TensorFlow's fake-quant kernel and of gemmlowp's doubling high multiply; `halfToEven`
/// of PyTorch, ONNX Runtime, XNNPACK and the processor; `halfAwayFromZero` of C's `round`, so of TFLite's Quantize
/// operator, and of gemmlowp's rounding shift. `halfUp` rounds every tie upwards and so biases a sum; under the two
/// symmetric rules, −x rounds to the opposite of what x rounds to.
public enum RoundingRule: String, CaseIterable, Codable, Sendable {
  /// The nearest integer, a tie rounded upwards: ⌊x + ½⌋.
  case halfUp
  /// The nearest integer, a tie rounded to the even one.
  case halfToEven
  /// The nearest integer, a tie rounded to the one of larger magnitude.
  case halfAwayFromZero
  /// The fraction is dropped.
  case towardZero

  /// `value` rounded to an integer, as a `Float`; NaN and the infinities do not change.
  ///
  /// The result is exact for every float: `halfUp` means ⌊x + ½⌋ in real arithmetic. TensorFlow's kernel computes
  /// `x + 0.5` in `Float`; that sum is itself rounded, so 0.49999997 becomes 1.
  public func rounded(_ value: Float) -> Float {
    switch self {
    case .halfUp:
      let floor = value.rounded(.down)
      return value - floor >= 0.5 ? floor + 1 : floor
    case .halfToEven: return value.rounded(.toNearestOrEven)
    case .halfAwayFromZero: return value.rounded(.toNearestOrAwayFromZero)
    case .towardZero: return value.rounded(.towardZero)
    }
  }

  /// `value` rounded to an integer, as a `Double`; exact for every double.
  public func rounded(_ value: Double) -> Double {
    switch self {
    case .halfUp:
      let floor = value.rounded(.down)
      return value - floor >= 0.5 ? floor + 1 : floor
    case .halfToEven: return value.rounded(.toNearestOrEven)
    case .halfAwayFromZero: return value.rounded(.toNearestOrAwayFromZero)
    case .towardZero: return value.rounded(.towardZero)
    }
  }

  /// `value / 2^exponent` rounded to an integer: a right shift that rounds.
  ///
  /// A plain `>>` rounds downwards: −1 >> 1 is −1. `exponent` is 0 to 62.
  public func shiftedRight(_ value: Int64, by exponent: Int) -> Int64 {
    precondition((0...62).contains(exponent))
    let floor = value >> Int64(exponent)
    let remainder = value - (floor << Int64(exponent))  // 0 ..< 2^exponent
    let twice = remainder << 1  // below 2^63
    let divisor = Int64(1) << Int64(exponent)
    let roundsUp: Bool
    switch self {
    case .halfUp: roundsUp = twice >= divisor
    case .halfToEven: roundsUp = twice > divisor || (twice == divisor && floor & 1 == 1)
    case .halfAwayFromZero: roundsUp = twice > divisor || (twice == divisor && floor >= 0)
    case .towardZero: roundsUp = remainder > 0 && floor < 0
    }
    return roundsUp ? floor + 1 : floor
  }
}
