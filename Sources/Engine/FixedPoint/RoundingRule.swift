/// How a real number becomes an integer, and above all where a tie goes.
///
/// The rules differ only at ties, the numbers halfway between two integers, and `towardZero` everywhere.
///
///                     −2.5  −1.5  −0.5   0.5   1.5   2.5      −1.2   1.8
///     halfUp            −2    −1     0     1     2     3        −1     2
///     halfToEven        −2    −2     0     0     2     2        −1     2
///     halfAwayFromZero  −3    −2    −1     1     2     3        −1     2
///     towardZero        −2    −1     0     0     1     2        −1     1
///
/// Who uses which: `halfUp` is TensorFlow's fake-quant kernel and gemmlowp's doubling high multiply;
/// `halfToEven` PyTorch, ONNX Runtime, XNNPACK and the processor's own rounding; `halfAwayFromZero`
/// C's `round`, so TFLite's Quantize operator, and gemmlowp's rounding shift. `halfUp` pushes every tie
/// the same way and so biases a sum; the two symmetric rules give −r for −x.
public enum RoundingRule: String, CaseIterable, Codable, Sendable {
  /// The nearest integer, a tie upwards: ⌊x + ½⌋.
  case halfUp
  /// The nearest integer, a tie to the even one.
  case halfToEven
  /// The nearest integer, a tie to the one of larger magnitude.
  case halfAwayFromZero
  /// The fraction is dropped.
  case towardZero

  /// The integer, as a `Float`, that `value` becomes; NaN and the infinities stay what they are.
  ///
  /// Exact for every float: `halfUp` means ⌊x + ½⌋ of real arithmetic. The sum `x + 0.5` computed in
  /// `Float`, as TensorFlow's kernel does, is itself rounded and takes 0.49999997 up to 1.
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

  /// The integer, as a `Double`, that `value` becomes; exact for every double.
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

  /// `value / 2^exponent` rounded to an integer: a right shift that does not just drop bits.
  ///
  /// A plain `>>` rounds downwards, −1 >> 1 being −1. `exponent` is 0 to 62.
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
