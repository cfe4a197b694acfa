import Support

// Many numbers at once to bytes.
//
// A processor without an instruction that rounds calls a function for each number. Here rounding is an addition:
// floats between 2²³ and 2²⁴ have no fraction, so x + 1.5 · 2²³ is rounded to an integer, ties to even, and its lowest
// bits are that integer.

extension AffineQuantizer {
  /// The integers that represent `reals`, one byte each; all of ``quantizedRange`` must fit an `Int8`.
  ///
  /// Each is what ``quantize(_:)-(Float)`` gives.
  public func quantizeToInt8(_ reals: [Float]) -> [Int8] {
    reals.withUnsafeBufferPointer { quantizeToInt8($0) }
  }

  /// The integers that represent `reals`, one byte each, as for an array.
  package func quantizeToInt8(_ reals: UnsafeBufferPointer<Float>) -> [Int8] {
    require(
      quantizedRange.lowerBound >= -128 && quantizedRange.upperBound <= 127,
      "quantizeToInt8: the quantizer's range does not fit a byte; use quantize(_:), or a signed quantizer of at"
        + " most 8 bits; expected a range within -128...127, got \(quantizedRange)")
    return [Int8](unsafeUninitializedCapacity: reals.count) { codes, count in
      count = reals.count
      guard let source = reals.baseAddress, let target = codes.baseAddress else { return }
      switch rounding {
      case .halfToEven: fill(target, from: source, count: reals.count) { nearest, _ in nearest }
      case .halfUp:
        fill(target, from: source, count: reals.count) { nearest, exact in
          let floor = nearest > exact ? nearest - 1 : nearest
          return exact - floor >= 0.5 ? floor + 1 : floor
        }
      case .halfAwayFromZero, .towardZero:
        for (index, real) in reals.enumerated() { target[index] = Int8(truncatingIfNeeded: quantize(real)) }
      }
    }
  }

  /// Writes the codes of `count` numbers.
  ///
  /// - Parameters:
  ///   - codes: The memory of the codes.
  ///   - reals: The first of the numbers.
  ///   - count: The number of numbers.
  ///   - rounded: The rounded steps, from the nearest integer, ties to even, and the exact steps.
  @inline(__always)
  private func fill(
    _ codes: UnsafeMutablePointer<Int8>, from reals: UnsafePointer<Float>, count: Int,
    _ rounded: (_ nearest: Float, _ exact: Float) -> Float
  ) {
    let integers: Float = 0x1.8p23
    let scale = scale
    let lowest = Float(quantizedRange.lowerBound - zeroPoint)
    let highest = Float(quantizedRange.upperBound - zeroPoint)
    let first = zeroPoint &- Int32(bitPattern: integers.bitPattern)
    for index in 0..<count {
      let steps = reals[index] / scale
      // No range of bytes has more than 255 steps on one side of its zero point; NaN is 0.
      let exact = steps > 512 ? 512 : steps < -512 ? -512 : steps == steps ? steps : 0
      let steady = rounded((exact + integers) - integers, exact)
      let saturated = steady > highest ? highest : steady < lowest ? lowest : steady
      codes[index] = Int8(truncatingIfNeeded: Int32(bitPattern: (saturated + integers).bitPattern) &+ first)
    }
  }
}
