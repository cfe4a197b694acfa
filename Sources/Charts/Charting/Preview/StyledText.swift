import Support

/// A line of a terminal whose parts have colours, which do not count in its width.
struct StyledText: Hashable {
  /// The look of a part of the line.
  enum Style: Hashable {
    case plain
    case bold
    case dim
    case color(SeriesColor)
    /// Text on a cell of a table: a colour on a background.
    case cell(text: Paint, background: Paint)
  }

  private(set) var runs: [(text: String, style: Style)] = []

  init() {}

  init(_ text: String, _ style: Style = .plain) { append(text, style) }

  static func == (a: StyledText, b: StyledText) -> Bool {
    a.runs.elementsEqual(b.runs) { $0.text == $1.text && $0.style == $1.style }
  }

  func hash(into hasher: inout Hasher) { runs.forEach { hasher.combine($0.text) } }

  var width: Int { runs.reduce(0) { $0 + $1.text.terminalWidth } }

  mutating func append(_ text: String, _ style: Style = .plain) {
    guard !text.isEmpty else { return }
    if let last = runs.last, last.style == style {
      runs[runs.count - 1].text += text
    } else {
      runs.append((text, style))
    }
  }

  mutating func append(_ other: StyledText) { other.runs.forEach { append($0.text, $0.style) } }

  /// Appends spaces up to a width.
  mutating func pad(to width: Int) { append(String(repeating: " ", count: max(0, width - self.width))) }

  /// The line for a terminal, with ANSI colours, or without colours and trailing spaces.
  func rendered(color: Bool) -> String {
    var line = ""
    for run in runs {
      line += color ? Self.code(run.style).map { $0 + run.text + "\u{1B}[0m" } ?? run.text : run.text
    }
    if color { return line }
    while line.last == " " { line.removeLast() }
    return line
  }

  private static func code(_ style: Style) -> String? {
    switch style {
    case .plain: return nil
    case .bold: return "\u{1B}[1m"
    case .dim: return "\u{1B}[2m"
    case .color(let color): return ansi(color).map { "\u{1B}[\($0)m" }
    case .cell(let text, let background):
      return "\u{1B}[38;2;\(triple(text));48;2;\(triple(background))m"
    }
  }

  /// The code of one of the terminal's own colours, which suit its background.
  private static func ansi(_ color: SeriesColor) -> Int? {
    switch color {
    case .blue: 94
    case .vermilion: 91
    case .green: 92
    case .purple: 95
    case .orange: 93
    case .sky: 96
    case .gray: 90
    case .black: nil
    }
  }

  private static func triple(_ paint: Paint) -> String {
    [paint.red, paint.green, paint.blue].map { String(Int(($0 * 255).rounded())) }.joined(separator: ";")
  }
}

extension Paint {
  /// The style of the series colour that this paint is, at any opacity; dim for any other paint.
  var terminalStyle: StyledText.Style {
    SeriesColor.allCases.first { Theme.paint($0) == with(alpha: 1) }.map { .color($0) } ?? .dim
  }
}
