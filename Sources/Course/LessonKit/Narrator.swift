import Support

/// A part of a lesson as the terminal shows it: lines of one paragraph, of a statement, or of a result.
package struct Piece: Hashable, Sendable {
  /// What a part is.
  package enum Kind: Hashable, Sendable {
    /// A paragraph of the text.
    case prose
    /// A paragraph that asks the reader for a prediction.
    case prediction
    /// A statement of the program.
    case code
    /// What the program takes its time for.
    case announcement
    /// A value, table, figure or claim.
    case result
  }

  /// What it is.
  package let kind: Kind
  /// The line of `main.swift` that it comes from, counted from 1.
  package let line: Int
  /// Its lines, with the blank lines before them.
  package var lines: [String]
}

/// Sets a lesson for the terminal: prose, code and results in the order of the source.
///
/// An event is preceded by the part of the source that is not printed yet, up to the end of its line's cell.
package struct Narrator {
  private let source: LessonSource
  private let terminal: Terminal
  private var passages: PassageCursor
  private var numbers: [String: String] = [:]
  private var lastWasLine = false

  package init(source: LessonSource, terminal: Terminal) {
    (self.source, self.terminal) = (source, terminal)
    passages = PassageCursor(source)
  }

  /// What an event adds to the terminal.
  package mutating func pieces(for event: Event, drawn figure: DrawnFigure? = nil) -> [Piece] {
    if case .bind(let name, let text) = event.kind {
      numbers[name] = text
      return []
    }
    let before = text(upTo: event.line)
    let result = lines(of: event.kind, at: event.line, drawn: figure)
    let isLine = isLine(event.kind)
    let gap = before.isEmpty && lastWasLine && isLine ? [] : [""]
    lastWasLine = isLine
    return before + (result.isEmpty ? [] : [Piece(kind: .result, line: event.line, lines: gap + result)])
  }

  /// The text up to the end of a line's cell, and what the cell takes its time for.
  package mutating func announcement(of what: String, at line: Int) -> [Piece] {
    lastWasLine = false
    let lines = Prose.wrapped(what, to: terminal.columns - 6).enumerated().map { index, line in
      "    " + terminal.styled((index == 0 ? "… " : "  ") + line, .dim)
    }
    return text(upTo: line) + [Piece(kind: .announcement, line: line, lines: [""] + lines)]
  }

  /// The parts of the source that are not printed yet, up to the end of a line's cell.
  package mutating func text(upTo line: Int) -> [Piece] {
    var output: [Piece] = []
    for passage in passages.next(upTo: line) {
      switch passage.kind {
      case .prose:
        let prose = Prose(terminal: terminal)
        output += passage.paragraphs.map { paragraph in
          let lines = prose.lines(resolved(paragraph.text, at: paragraph.line))
          return Piece(
            kind: paragraph.asksForPrediction ? .prediction : .prose, line: paragraph.line,
            lines: [""] + lines)
        }
      case .code:
        let gap = output.isEmpty || !source.isInsideCell(passage) ? [""] : []
        let lines = passage.text.split(separator: "\n", omittingEmptySubsequences: false).map {
          terminal.styled("  │ \($0)", .dim)
        }
        output.append(Piece(kind: .code, line: passage.lines.lowerBound, lines: gap + lines))
      case .apparatus: break
      }
    }
    return output
  }

  /// Replaces a text's references, and its numbers by their values.
  package func resolved(_ text: String, at line: Int) -> String {
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
      let failure = "✗ \(text)  (Lessons/\(source.name)/main.swift:\(line))"
      return Prose.wrapped(failure, to: terminal.columns - 6).enumerated().map { index, line in
        (index == 0 ? "    " : "      ") + terminal.styled(line, .bad)
      }
    case .figure(let id, let caption, _, _):
      let preview = (figure?.preview ?? []).map { $0.isEmpty ? "" : "    " + $0 } + [""]
      let text = Prose(terminal: terminal).lines("**Figure \(source.figureNumber(id) ?? id).** \(caption)")
      return preview + text + [terminal.styled("→ \(figure?.path ?? "")", .dim)]
    }
  }
}

/// A drawn figure: its file, and its picture in text.
package struct DrawnFigure {
  let path: String
  let preview: [String]
}
