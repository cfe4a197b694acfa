import Platform

/// Standard output or standard error, and the terminal behind it, if there is one.
package struct StandardStream: Hashable, Sendable {
  /// Standard output: the results of a program.
  package static let output = StandardStream(descriptor: STDOUT_FILENO)
  /// Standard error: remarks beside the results.
  package static let error = StandardStream(descriptor: STDERR_FILENO)

  private let descriptor: Int32

  /// Whether the stream goes to a terminal.
  package var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Whether to use colour: on a terminal that has it, unless `NO_COLOR` is set.
  package var isColored: Bool {
    isTerminal && Self.allowsColor(noColor: variable("NO_COLOR"), terminal: variable("TERM"))
  }

  /// The number of columns of a line: 80 where it is unknown.
  package var columns: Int {
    var size = winsize()
    let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return isKnown ? Int(size.ws_col) : 80
  }

  /// Whether the environment allows colour: an empty `NO_COLOR` forbids nothing, and a dumb terminal has none.
  package static func allowsColor(noColor: String?, terminal: String?) -> Bool {
    (noColor ?? "").isEmpty && terminal != "dumb"
  }

  /// Writes what `print` still buffers, and tells whether all of it was written: on a full disk it is not.
  package static var isPrinted: Bool { fflush(nil) == 0 }

  /// Writes text at once, ahead of text that `print` still buffers; a closed stream is no error.
  package func write(_ text: String) { _ = writeAll(Array(text.utf8), to: descriptor) }

  private func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}

extension StringProtocol {
  /// The number of columns that the text takes in a terminal: wide characters take two; combining marks, none.
  package var terminalWidth: Int {
    reduce(0) { width, character in
      guard let scalar = character.unicodeScalars.first else { return width }
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .format, .control: return width
      default: return width + (Self.isWide(scalar.value) ? 2 : 1)
      }
    }
  }

  private static func isWide(_ scalar: UInt32) -> Bool {
    (0x1100...0x115F).contains(scalar) || (0x2E80...0xA4CF).contains(scalar)
      || (0xAC00...0xD7A3).contains(scalar) || (0xF900...0xFAFF).contains(scalar)
      || (0xFE30...0xFE6F).contains(scalar) || (0xFF00...0xFF60).contains(scalar)
      || (0x1F300...0x1FAFF).contains(scalar)
  }

  /// The text without control characters, which could colour a terminal or clear it, and without those that turn the
  /// direction of writing or end a line.
  package var printable: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.filter { scalar in
          switch scalar.properties.generalCategory {
          case .control, .lineSeparator, .paragraphSeparator: false
          // Joiners belong to letters and to pictures.
          case .format: scalar == "\u{200C}" || scalar == "\u{200D}"
          default: true
          }
        }))
  }

  /// The text without control characters other than `kept`, such as a newline.
  package func printable(keeping kept: String) -> String {
    split(separator: kept, omittingEmptySubsequences: false).map(\.printable).joined(separator: kept)
  }
}
