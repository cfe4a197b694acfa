#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The logarithm to base 10 of the platform's C library.
func decimalLogarithm(_ x: Double) -> Double { log10(x) }

/// Ten to the power of a whole number, correctly rounded where the C library is.
func powerOfTen(_ exponent: Int) -> Double { pow(10, Double(exponent)) }
