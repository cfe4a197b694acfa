import Support

/// What the reader's terminal can do, and the few styles a lesson uses.
public struct Terminal: Hashable, Sendable {
  /// How text is set off; without colour every style prints plain text.
  public enum Style: String, Sendable {
    /// Headings and strong words.
    case bold = "1"
    /// Code and remarks.
    case dim = "2"
    /// Emphasis.
    case italic = "3"
    /// What held.
    case good = "32"
    /// What did not hold.
    case bad = "1;31"
    /// Results of the code.
    case result = "36"
  }

  /// The columns prose is wrapped to: never more than 80, which is as long as a line reads well.
  public let columns: Int
  /// True if styles are printed.
  public let isColored: Bool

  /// Creates a terminal of a width.
  public init(columns: Int, isColored: Bool) {
    self.columns = max(40, min(columns, 80))
    self.isColored = isColored
  }

  /// The terminal behind standard output: its width, and colour unless `NO_COLOR` is set.
  public static func standardOutput(color: LessonOptions.Color) -> Terminal {
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
