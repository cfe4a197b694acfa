import Platform

// The platform's C library, whose last bit may differ from another's.

/// The natural logarithm.
package func naturalLogarithm(_ x: Double) -> Double { log(x) }

/// The logarithm to base 10.
package func decimalLogarithm(_ x: Double) -> Double { log10(x) }

/// Ten to the power of a whole number, correctly rounded where the C library is.
package func powerOfTen(_ exponent: Int) -> Double { pow(10, Double(exponent)) }

/// A base to a whole power.
package func power(_ base: Double, _ exponent: Int) -> Double { pow(base, Double(exponent)) }

/// The cosine of an angle in radians.
package func cosineOf(_ angle: Double) -> Double { cos(angle) }
