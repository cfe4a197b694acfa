import Support

/// The Markdown of a lesson's prose, set for a terminal.
///
/// Known are headings, paragraphs, lists, quotes, `$$` formulas on lines of their own; inside a line `**strong**`,
/// `*emphasis*`, `` `code` ``, `$formula$` and `[text](link)`. Numbers in `{{braces}}` and references such
/// as `@fig-name` are replaced before; see ``Reference``.
package struct Prose {
  private let terminal: Terminal

  package init(terminal: Terminal) {
    self.terminal = terminal
  }

  /// The lines of a passage, as the terminal shows it.
  package func lines(_ markdown: String) -> [String] {
    var output: [String] = []
    for block in Self.blocks(of: markdown) {
      if !output.isEmpty, !(block.isItem && block.followsItem) { output.append("") }
      output += lines(of: block)
    }
    return output
  }

  /// Plain text without marks, broken into lines of at most `columns` columns.
  static func wrapped(_ text: String, to columns: Int) -> [String] {
    var lines = [""]
    for word in text.split(separator: " ") {
      let line = lines[lines.count - 1]
      if !line.isEmpty, line.terminalWidth + 1 + word.terminalWidth > columns {
        lines.append(String(word))
      } else {
        lines[lines.count - 1] += (line.isEmpty ? "" : " ") + word
      }
    }
    return lines
  }

  /// A shown value with its label: on one line, or below the label if that line would be too long.
  package static func shown(_ text: String, after label: String, to columns: Int) -> [String] {
    let line = "\(label) = \(text)"
    if line.terminalWidth <= columns, !text.contains("\n") { return [line] }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line -> [String] in
      guard line.terminalWidth > columns - 2 else { return [String(line)] }
      // An indented line that is broken keeps its indent, and goes on two columns further in: so what belongs to it is
      // told apart from the line that follows.
      let indent = String(line.prefix { $0 == " " })
      let parts = wrapped(String(line), to: columns - 2 - (indent.isEmpty ? 0 : indent.count + 2))
      return parts.enumerated().map { indent + (indent.isEmpty || $0.offset == 0 ? "" : "  ") + $0.element }
    }
    return ["\(label) ="] + lines.map { "  " + $0 }
  }

  private struct Block {
    var text: String
    var indent: String
    var hanging: String
    var heading = 0
    var isFormula = false
    var isItem = false
    var followsItem = false
  }

  /// Splits a passage into paragraphs, headings, list items and formulas.
  private static func blocks(of markdown: String) -> [Block] {
    var blocks: [Block] = []
    var isOpen = false
    for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
      let text = line.drop { $0 == " " }
      let indent = String(repeating: " ", count: line.count - text.count)
      if text.isEmpty {
        isOpen = false
      } else if text.hasPrefix("#") {
        let level = text.prefix { $0 == "#" }.count
        let title = String(text.dropFirst(level).drop { $0 == " " })
        blocks.append(Block(text: title, indent: "", hanging: "", heading: level))
        isOpen = false
      } else if text.hasPrefix("$$"), text.hasSuffix("$$"), text.count > 4 {
        blocks.append(
          Block(text: String(text.dropFirst(2).dropLast(2)), indent: "", hanging: "", isFormula: true))
        isOpen = false
      } else if let mark = itemMark(text) {
        let follows = blocks.last?.isItem ?? false
        let bullet = mark == "- " ? "• " : mark
        blocks.append(
          Block(
            text: String(text.dropFirst(mark.count)), indent: indent + bullet,
            hanging: indent + String(repeating: " ", count: bullet.count), isItem: true,
            followsItem: follows && isOpen))
        isOpen = true
      } else if isOpen, !blocks.isEmpty {
        blocks[blocks.count - 1].text += " " + text.drop { $0 == ">" || $0 == " " }
      } else {
        let isQuote = text.hasPrefix("> ")
        blocks.append(
          Block(
            text: String(isQuote ? text.dropFirst(2) : text), indent: isQuote ? "│ " : "",
            hanging: isQuote ? "│ " : ""))
        isOpen = true
      }
    }
    return blocks
  }

  private static func itemMark(_ text: Substring) -> String? {
    if text.hasPrefix("- ") { return "- " }
    let digits = text.prefix { $0.isNumber }
    return !digits.isEmpty && text.dropFirst(digits.count).hasPrefix(". ") ? digits + ". " : nil
  }

  private func lines(of block: Block) -> [String] {
    if block.heading > 0 {
      let title = inline(block.text).map(\.text).joined()
      guard block.heading == 1 else { return [terminal.styled(title, .bold)] }
      let rule = String(repeating: "━", count: terminal.columns)
      return [terminal.styled(title, .bold), terminal.styled(rule, .dim)]
    }
    if block.isFormula { return ["    " + FormulaText.text(block.text)] }
    return wrapped(inline(block.text), first: block.indent, rest: block.hanging)
  }

  // MARK: - Inside a line

  private struct Span {
    var text: String
    var style: Terminal.Style?
  }

  /// Splits a line at its marks: strong, emphasis, code, formula, link.
  private func inline(_ text: String) -> [Span] {
    var spans: [Span] = []
    var rest = Substring(text)
    var plain = ""
    func flushed() -> [Span] { plain.isEmpty ? [] : [Span(text: plain, style: nil)] }
    while let character = rest.first {
      if let (span, length) = marked(rest) {
        spans += flushed() + [span]
        plain = ""
        rest = rest.dropFirst(length)
      } else {
        plain.append(character)
        rest = rest.dropFirst()
      }
    }
    return spans + flushed()
  }

  /// The marked text at the start of `rest`, and how many characters it takes.
  private func marked(_ rest: Substring) -> (Span, Int)? {
    for (mark, style) in [("**", Terminal.Style.bold), ("*", .italic), ("`", .result), ("$", nil)] {
      guard rest.hasPrefix(mark) else { continue }
      let body = rest.dropFirst(mark.count)
      guard let end = body.firstRange(of: mark), end.lowerBound != body.startIndex, body.first != " " else {
        continue
      }
      let inner = String(body[..<end.lowerBound])
      let text =
        mark == "$" ? FormulaText.text(inner) : mark == "`" ? inner : self.inline(inner).map(\.text).joined()
      return (Span(text: text, style: style), inner.count + 2 * mark.count)
    }
    guard rest.hasPrefix("["), let close = rest.firstRange(of: "]("),
      let end = rest[close.upperBound...].firstIndex(of: ")")
    else { return nil }
    let label = rest[rest.index(after: rest.startIndex)..<close.lowerBound]
    let link = rest[close.upperBound..<end]
    let text = link.hasPrefix("http") ? "\(label) (\(link))" : String(label)
    return (Span(text: text, style: nil), rest.distance(from: rest.startIndex, to: end) + 1)
  }

  /// Breaks words into lines of the terminal's width; a styled word keeps its style on every line.
  private func wrapped(_ spans: [Span], first: String, rest: String) -> [String] {
    var lines: [String] = []
    var line = first
    var width = first.terminalWidth
    var isEmpty = true
    var space = false
    func advance() {
      lines.append(line)
      (line, width, isEmpty) = (rest, rest.terminalWidth, true)
    }
    for word in Self.words(of: spans) {
      if word.isEmpty {
        space = true
        continue
      }
      let wordWidth = word.reduce(0) { $0 + $1.text.terminalWidth }
      if !isEmpty, width + (space ? 1 : 0) + wordWidth > terminal.columns { advance() }
      if !isEmpty, space {
        line += " "
        width += 1
      }
      line += word.map { part in part.style.map { terminal.styled(part.text, $0) } ?? part.text }.joined()
      width += wordWidth
      (isEmpty, space) = (false, false)
    }
    if !isEmpty { lines.append(line) }
    return lines
  }

  /// The words of some spans, with an empty one for each space; a word may consist of several styles.
  private static func words(of spans: [Span]) -> [[Span]] {
    var words: [[Span]] = [[]]
    for span in spans {
      let parts = span.text.split(separator: " ", omittingEmptySubsequences: false)
      for (index, part) in parts.enumerated() {
        if index > 0 { words += [[], []] }
        if !part.isEmpty { words[words.count - 1].append(Span(text: String(part), style: span.style)) }
      }
    }
    return words
  }
}

/// A reference in prose: to a computed number, a figure, a lesson, an exercise or a term of the glossary.
public enum Reference: Hashable, Sendable {
  /// `{{name}}`: the number that `bind` bound to this name.
  case number(String)
  /// `@fig-name`, or `@Fig-name` where a sentence begins.
  case figure(id: String, isCapitalized: Bool)
  /// `@lesson-02`, or `@Lesson-02` where a sentence begins; `@the-end` is the last page.
  case lesson(String, isCapitalized: Bool)
  /// `@ex-01.2`: the second exercise of lesson 1.
  case exercise(String)
  /// `[[term]]`, or `[[*term*]]` where the lesson explains it.
  case term(TermMark)

  /// Replaces each reference in a text by the result of `resolve`.
  ///
  /// - Throws: what `resolve` throws.
  public static func replace<Failure: Error>(
    in text: String, _ resolve: (Reference) throws(Failure) -> String
  ) throws(Failure) -> String {
    var output = ""
    var rest = Substring(text)
    var isInCode = false
    while let character = rest.first {
      if character == "`" { isInCode.toggle() }
      if !isInCode, let (mark, length) = TermMark.leading(rest) {
        output += try resolve(.term(mark))
        rest = rest.dropFirst(length)
      } else if let (reference, length) = leading(rest) {
        output += try resolve(reference)
        rest = rest.dropFirst(length)
      } else {
        output.append(character)
        rest = rest.dropFirst()
      }
    }
    return output
  }

  /// The reference at the start of a text, and how many characters it takes.
  private static func leading(_ rest: Substring) -> (Reference, Int)? {
    if rest.hasPrefix("{{"), let end = rest.firstRange(of: "}}") {
      let name = rest[rest.index(rest.startIndex, offsetBy: 2)..<end.lowerBound]
      return (.number(String(name)), name.count + 4)
    }
    guard rest.first == "@" else { return nil }
    let name = rest.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "-" }
    if name.hasPrefix("fig-") || name.hasPrefix("Fig-") {
      let id = "fig-" + name.dropFirst(4)
      return (.figure(id: id, isCapitalized: name.first == "F"), name.count + 1)
    }
    if ["lesson-", "Lesson-"].contains(where: name.hasPrefix) || ["the-end", "The-end"].contains(name) {
      return (
        .lesson(name.lowercased(), isCapitalized: name.first?.isUppercase ?? false), name.count + 1
      )
    }
    guard name.hasPrefix("ex-") else { return nil }
    let tail = rest.dropFirst(name.count + 1)
    let number = tail.first == "." ? tail.dropFirst().prefix { $0.isNumber } : ""
    guard !number.isEmpty else { return nil }
    return (.exercise("\(name.dropFirst(3)).\(number)"), name.count + 2 + number.count)
  }
}
