#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Limits for a process that runs a student's code.
enum Sandbox {
  /// Ends the process by a signal after five seconds, so that an endless loop ends too.
  static func begin() { _ = alarm(5) }
}
