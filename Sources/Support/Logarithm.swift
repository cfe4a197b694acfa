#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The natural logarithm of the platform's C library.
package func naturalLogarithm(_ x: Double) -> Double { log(x) }
