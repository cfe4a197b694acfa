// Saturation: a result outside the integer's range becomes the nearest integer inside it. It does not wrap around (256
// would become 0, a white pixel black) and does not stop the program.

extension Int32 {
  /// Creates the `Int32` nearest to a rounded value; a fraction is dropped, NaN becomes 0.
  public init(saturating value: Double) {
    if value.isNaN {
      self = 0
    } else if value >= 0x1p31 {
      self = .max
    } else if value <= -0x1p31 {
      self = .min
    } else {
      self = Int32(value)
    }
  }

  /// Creates the `Int32` nearest to a rounded value; a fraction is dropped, NaN becomes 0.
  public init(saturating value: Float) { self.init(saturating: Double(value)) }

  /// This number, or the end of `range` that it exceeds.
  public func saturated(to range: ClosedRange<Int32>) -> Int32 {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }

  /// The sum, or the end of `Int32` that it exceeds.
  public func addingSaturating(_ other: Int32) -> Int32 { Int32(clamping: Int64(self) + Int64(other)) }

  /// The difference, or the end of `Int32` that it exceeds.
  public func subtractingSaturating(_ other: Int32) -> Int32 {
    Int32(clamping: Int64(self) - Int64(other))
  }

  /// The product, or the end of `Int32` that it exceeds.
  public func multipliedSaturating(by other: Int32) -> Int32 {
    Int32(clamping: Int64(self) * Int64(other))
  }

  /// `self × 2^count` for a count of 0 to 31, or the end of `Int32` that it exceeds.
  public func shiftedLeftSaturating(by count: Int) -> Int32 {
    precondition((0...31).contains(count))
    return Int32(clamping: Int64(self) << Int64(count))
  }
}
