/// Prints a lesson as its reader wants it: all or one section, and with a pause at each prediction or without.
///
/// What the reader typed at a pause is shown again below the results that answer it: where the text goes on.
package struct LessonPrinter {
  private let terminal: Terminal
  /// The lines of the section to print; nil for the whole lesson.
  private let section: ClosedRange<Int>?
  /// Shows a prompt and reads what the reader types then, nil if there is nothing more to read; nil where the lesson
  /// does not pause.
  private var ask: ((_ prompt: String) -> String?)?
  private let write: (String) -> Void
  /// The predictions that are not shown again yet, and whether a result came after them.
  private var predictions: [String] = []
  private var isAnswered = false

  /// Creates a printer.
  ///
  /// - Parameters:
  ///   - terminal: The width and colours of lines.
  ///   - section: The lines of the section to print; nil for the whole lesson.
  ///   - ask: Shows a prompt and reads the line that the reader types then, without its end; nil where the lesson
  ///     does not pause.
  ///   - write: Writes text unchanged.
  package init(
    terminal: Terminal, section: ClosedRange<Int>? = nil, ask: ((_ prompt: String) -> String?)? = nil,
    write: @escaping (String) -> Void
  ) {
    (self.terminal, self.section, self.ask, self.write) = (terminal, section, ask, write)
  }

  /// True for a line of `main.swift` that belongs to what is printed.
  package func shows(_ line: Int) -> Bool { section?.contains(line) ?? true }

  /// Prints those pieces that the reader wants to see.
  package mutating func print(_ pieces: [Piece]) {
    for piece in pieces where shows(piece.line) {
      switch piece.kind {
      case .prose, .prediction: showPredictions()
      case .result: isAnswered = !predictions.isEmpty
      case .code, .announcement: break
      }
      for line in piece.lines { write(line + "\n") }
      if piece.kind == .prediction { pause() }
    }
  }

  /// Shows what is still to be shown.
  package mutating func end() { showPredictions() }

  /// Waits for the reader's prediction; with no more to read, this pause is the last.
  private mutating func pause() {
    guard let ask else { return }
    let prompt = "\n    " + terminal.styled("Your prediction (Enter goes on):", .italic) + " "
    guard let answer = ask(prompt) else {
      self.ask = nil
      return write(
        "\n    " + terminal.styled("(nothing to read: the lesson goes on without pauses)", .dim) + "\n")
    }
    if answer.contains(where: { !$0.isWhitespace }) { predictions.append(answer) }
  }

  private mutating func showPredictions() {
    guard isAnswered else { return }
    write("\n")
    for prediction in predictions {
      for (index, line) in Prose.wrapped(prediction, to: terminal.columns - 19).enumerated() {
        let label = index == 0 ? "You predicted: " : "               "
        write("    " + terminal.styled(label, .dim) + terminal.styled(line, .italic) + "\n")
      }
    }
    (predictions, isAnswered) = ([], false)
  }
}
