import Support

/// The width and colours of the reader's terminal, and the few styles a lesson uses.
public struct Terminal: Hashable, Sendable {
  /// A style of text; without colour every style prints plain text.
  public enum Style: String, Sendable {
    /// Headings and strong words.
    case bold = "1"
    /// Code and remarks.
    case dim = "2"
    /// Emphasis.
    case italic = "3"
    /// A claim that holds.
    case good = "32"
    /// A claim that does not hold.
    case bad = "1;31"
    /// Results of the code.
    case result = "36"
  }

  /// The columns prose is wrapped to: from 40 to 80, since longer lines are hard to read.
  public let columns: Int
  /// True if styles are printed.
  public let isColored: Bool

  /// Creates a terminal; its width is limited to 40 to 80 columns.
  public init(columns: Int, isColored: Bool) {
    self.columns = max(40, min(columns, 80))
    self.isColored = isColored
  }

  /// The terminal of standard output: its width, and with `.auto` colour unless `NO_COLOR` is set.
  ///
  /// Where a pager shows what is written, it is the pager's terminal.
  public static func standardOutput(color: LessonOptions.Color) -> Terminal {
    if let terminal = Pager.terminal { return terminal }
    let stream = StandardStream.output
    let wantsColor =
      switch color {
      case .always: true
      case .never: false
      case .auto: stream.isColored
      }
    return Terminal(columns: stream.columns, isColored: wantsColor)
  }

  /// The text in a style.
  public func styled(_ text: String, _ style: Style) -> String {
    isColored && !text.isEmpty ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }
}
