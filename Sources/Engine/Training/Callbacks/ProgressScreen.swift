import Platform
import Support

/// Where progress is shown, and the clock beside it.
package struct ProgressScreen {
  /// Whether a line can be drawn anew, from its beginning.
  package let isTerminal: Bool
  /// Whether colour is wanted.
  package let isColored: Bool
  /// How many characters a line has now.
  package let columns: () -> Int
  /// Writes text as it is.
  package let write: (String) -> Void
  /// The time, in seconds since some moment.
  package let seconds: () -> Double

  /// Creates a screen of one's own.
  package init(
    isTerminal: Bool, isColored: Bool, columns: @escaping () -> Int, write: @escaping (String) -> Void,
    seconds: @escaping () -> Double
  ) {
    (self.isTerminal, self.isColored, self.columns) = (isTerminal, isColored, columns)
    (self.write, self.seconds) = (write, seconds)
  }

  /// Standard error, as wide as its terminal.
  package static var standardError: ProgressScreen {
    let stream = StandardStream.error
    return ProgressScreen(
      isTerminal: stream.isTerminal, isColored: stream.isColored, columns: { stream.columns },
      write: stream.write,
      seconds: {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
      })
  }

  /// What stands out.
  func colored(_ text: String) -> String { isColored ? "\u{1B}[36m\(text)\u{1B}[0m" : text }
}
