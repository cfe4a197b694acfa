#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Ends the process, after a message on standard error if it failed.
func endProcess(failure message: String? = nil) -> Never {
  guard let message else { exit(0) }
  let text = Array("error: \(message)\n".utf8)
  fflush(nil)  // what was printed before comes first
  _ = write(STDERR_FILENO, text, text.count)
  exit(1)
}
