#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Where progress is shown, and the clock beside it.
package struct ProgressScreen {
  /// Whether a line can be drawn anew.
  package let isTerminal: Bool
  /// Whether colour is wanted.
  package let isColored: Bool
  /// How many characters a line has.
  package let columns: Int
  /// Writes text as it is.
  package let write: (String) -> Void
  /// The time, in seconds since some moment.
  package let seconds: () -> Double

  /// Creates a screen of one's own.
  package init(
    isTerminal: Bool, isColored: Bool, columns: Int, write: @escaping (String) -> Void,
    seconds: @escaping () -> Double
  ) {
    (self.isTerminal, self.isColored, self.columns) = (isTerminal, isColored, columns)
    (self.write, self.seconds) = (write, seconds)
  }

  /// Standard error, as wide as its terminal.
  package static var standardError: ProgressScreen {
    var size = winsize()
    let isTerminal = isatty(STDERR_FILENO) == 1
    let hasSize = isTerminal && ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    let noColor = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
    return ProgressScreen(
      isTerminal: isTerminal, isColored: isTerminal && !noColor, columns: hasSize ? Int(size.ws_col) : 80,
      write: { text in
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { systemWrite(STDERR_FILENO, $0.baseAddress, $0.count) }
      },
      seconds: {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
      })
  }

  /// Draws the current line anew.
  func redraw(_ line: String) { write("\r\u{1B}[K" + line) }

  /// Draws the current line for the last time.
  func finish(_ line: String) { write((isTerminal ? "\r\u{1B}[K" : "") + line + "\n") }

  /// What stands out.
  func colored(_ text: String) -> String { isColored ? "\u{1B}[36m\(text)\u{1B}[0m" : text }
}

private func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(file, bytes, count)
}
