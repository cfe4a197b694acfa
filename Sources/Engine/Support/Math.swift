import Platform

// Logarithms, powers and cosines come from the platform's C library; their last bit may differ between platforms.

/// The natural logarithm.
package func naturalLogarithm(_ x: Double) -> Double { log(x) }

/// The logarithm to base 10.
package func decimalLogarithm(_ x: Double) -> Double { log10(x) }

/// Ten to the power of a whole number, correctly rounded where the C library is.
package func powerOfTen(_ exponent: Int) -> Double { pow(10, Double(exponent)) }

/// A base to the power of a whole number.
package func power(_ base: Double, _ exponent: Int) -> Double { pow(base, Double(exponent)) }

/// The cosine of an angle in radians.
package func cosineOf(_ angle: Double) -> Double { cos(angle) }

extension Int {
  /// The number of batches of a size, above 0, that this many examples make; the last may be smaller.
  package func batches(of size: Int) -> Int { self / size + (self % size > 0 ? 1 : 0) }
}

extension [Int] {
  /// The product of a shape's extents, which are 0 or more: how many elements the shape has.
  ///
  /// It is 1 without extents, 0 if any extent is 0, and nil if it exceeds `Int.max`.
  package var checkedProduct: Int? {
    if contains(0) { return 0 }
    var product = 1
    for extent in self {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      product = next
    }
    return product
  }
}
