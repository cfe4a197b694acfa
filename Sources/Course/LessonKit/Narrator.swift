import Support

/// Sets a lesson for the terminal: prose, code and results in the order of the source.
///
/// An event is preceded by the part of the source that is not printed yet, up to the end of its line's cell.
struct Narrator {
  private let source: LessonSource
  private let terminal: Terminal
  private var passages: PassageCursor
  private var numbers: [String: String] = [:]
  private var lastWasLine = false

  init(source: LessonSource, terminal: Terminal) {
    (self.source, self.terminal) = (source, terminal)
    passages = PassageCursor(source)
  }

  /// The lines that an event adds to the terminal.
  mutating func lines(for event: Event, drawn figure: DrawnFigure?) -> [String] {
    if case .bind(let name, let text) = event.kind {
      numbers[name] = text
      return []
    }
    let before = text(upTo: event.line)
    let result = lines(of: event.kind, at: event.line, drawn: figure)
    let isLine = isLine(event.kind)
    let gap = before.isEmpty && lastWasLine && isLine ? [] : [""]
    lastWasLine = isLine
    return before + (result.isEmpty ? [] : gap + result)
  }

  /// The lines of the source that are not printed yet, up to the end of a line's cell.
  mutating func text(upTo line: Int) -> [String] {
    var output: [String] = []
    for passage in passages.next(upTo: line) {
      switch passage.kind {
      case .prose:
        output += [""] + Prose(terminal: terminal).lines(resolved(passage.text, at: passage.lines.lowerBound))
      case .code:
        if output.isEmpty || !source.isInsideCell(passage) { output.append("") }
        output += passage.text.split(separator: "\n", omittingEmptySubsequences: false).map {
          terminal.styled("  │ \($0)", .dim)
        }
      case .apparatus: break
      }
    }
    return output
  }

  /// Replaces a text's references, and its numbers by their values.
  func resolved(_ text: String, at line: Int) -> String {
    Reference.replace(in: text) { reference in
      switch reference {
      case .number(let name):
        if let number = numbers[name] { return number }
        endProcess(
          failure:
            "Lessons/\(source.name)/main.swift:\(line): the prose names {{\(name)}} before it is bound; "
            + "bind(\"\(name)\", …) must stand above, or in the lines that follow at once")
      case .figure(let id, let isCapitalized):
        return (isCapitalized ? "Figure " : "figure ") + (source.figureNumber(id) ?? id)
      case .lesson(let name, let isCapitalized):
        return LessonSource.spokenName(name, isCapitalized: isCapitalized)
      case .exercise(let id): return "exercise \(id)"
      case .term(let mark): return mark.markdown
      }
    }
  }

  /// True for results that are printed below one another without a blank line.
  private func isLine(_ kind: Event.Kind) -> Bool {
    switch kind {
    case .show, .claim: true
    default: false
    }
  }

  private func lines(of kind: Event.Kind, at line: Int, drawn figure: DrawnFigure?) -> [String] {
    switch kind {
    case .begin, .bind, .end: return []
    case .show(let label, let text):
      let lines = Prose.shown(text, after: label, to: terminal.columns - 4)
      guard lines.count > 1 else {
        return ["    " + terminal.styled("\(label) = ", .dim) + terminal.styled(text, .result)]
      }
      return ["    " + terminal.styled("\(label) =", .dim)]
        + lines.dropFirst().map { "    " + terminal.styled($0, .result) }
    case .table(let title, let table):
      let head = title.isEmpty ? [] : ["    " + terminal.styled(title, .italic)]
      return head + table.terminalLines().map { "    " + terminal.styled($0, .result) }
    case .claim(let text, holds: true):
      let lines = Prose.wrapped(text, to: terminal.columns - 6)
      return lines.enumerated().map { index, line in
        (index == 0 ? "    " + terminal.styled("✓", .good) + " " : "      ") + line
      }
    case .claim(let text, holds: false):
      return ["    " + terminal.styled("✗ \(text)  (Lessons/\(source.name)/main.swift:\(line))", .bad)]
    case .figure(let id, let caption, _, _):
      let preview = (figure?.preview ?? []).map { $0.isEmpty ? "" : "    " + $0 } + [""]
      let text = Prose(terminal: terminal).lines("**Figure \(source.figureNumber(id) ?? id).** \(caption)")
      return preview + text + [terminal.styled("→ \(figure?.path ?? "")", .dim)]
    }
  }
}

/// A drawn figure: its file, and its picture in text.
struct DrawnFigure {
  let path: String
  let preview: [String]
}
