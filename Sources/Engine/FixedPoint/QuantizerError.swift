/// Numbers that cannot make a quantizer or a multiplier.
public enum QuantizerError: Error, Hashable, CustomStringConvertible, Sendable {
  /// An end of the real range is NaN or infinite.
  case rangeNotFinite(low: Float, high: Float)
  /// The low end of the real range is above its high end.
  case rangeReversed(low: Float, high: Float)
  /// Fewer than 1 or more than 16 bits.
  case bitWidthUnsupported(Int)
  /// A narrow range of 1 bit: leaving out one of two codes leaves one.
  case narrowRangeTooSmall
  /// A scale that is zero, negative, infinite or NaN.
  case scaleNotPositive(Float)
  /// A zero point that is not one of the codes in use, so that real 0 would not be exact.
  case zeroPointOutsideRange(zeroPoint: Int32, quantizedRange: ClosedRange<Int32>)
  /// A quantized range of a single code.
  case singleCode(Int32)
  /// A fixed-point multiplier from a negative, infinite or NaN number.
  case multiplierNotRepresentable(Double)

  /// The problem, its cause and the remedy in one line.
  public var description: String {
    switch self {
    case .rangeNotFinite(let low, let high):
      "quantization range \(low) to \(high): both ends must be finite; look for NaN or infinity in the values"
        + " it was taken from"
    case .rangeReversed(let low, let high):
      "quantization range \(low) to \(high): the low end is above the high end; exchange them"
    case .bitWidthUnsupported(let bits):
      "bit width \(bits) is not supported; expected 1 to 16"
    case .narrowRangeTooSmall:
      "a narrow range leaves out the lowest code, and 1 bit has but two; use 2 bits or more, or the full range"
    case .scaleNotPositive(let scale):
      "scale \(scale): a step between codes must be finite and above zero"
    case .zeroPointOutsideRange(let zeroPoint, let range):
      "zero point \(zeroPoint) is none of the codes \(range.lowerBound)...\(range.upperBound), so real 0 has no"
        + " exact code; choose one of them"
    case .singleCode(let code):
      "quantized range \(code)...\(code) holds a single code; expected at least two"
    case .multiplierNotRepresentable(let multiplier):
      "fixed-point multiplier \(multiplier): expected a finite number, zero or above"
    }
  }
}
