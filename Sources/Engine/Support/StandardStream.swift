import Platform

/// What a program can print to, and what lies behind it now: a terminal or not, how wide, coloured or not.
package struct StandardStream: Hashable, Sendable {
  /// What a program prints.
  package static let output = StandardStream(descriptor: STDOUT_FILENO)
  /// What a program remarks on beside it.
  package static let error = StandardStream(descriptor: STDERR_FILENO)

  private let descriptor: Int32

  /// Whether a terminal shows it.
  package var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Whether colour is wanted: on a terminal that has it, unless `NO_COLOR` is set.
  package var isColored: Bool {
    isTerminal && Self.allowsColor(noColor: variable("NO_COLOR"), terminal: variable("TERM"))
  }

  /// How many columns a line has: 80 where that is unknown.
  package var columns: Int {
    var size = winsize()
    let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return isKnown ? Int(size.ws_col) : 80
  }

  /// Whether the environment allows colour: an empty `NO_COLOR` forbids nothing, and a dumb terminal has none.
  package static func allowsColor(noColor: String?, terminal: String?) -> Bool {
    (noColor ?? "").isEmpty && terminal != "dumb"
  }

  /// Writes text at once, past what `print` has yet to show; a reader that is gone is no error.
  package func write(_ text: String) { _ = writeAll(Array(text.utf8), to: descriptor) }

  private func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
