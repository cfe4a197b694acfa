import LessonKit
import Support

/// A chapter in the making: passages and results, in order.
struct Weave {
  private(set) var markdown = ""
  private let source: LessonSource
  private let catalog: LessonCatalog
  private var passages: PassageCursor
  private var numbers: [String: String] = [:]
  private var boundAt: [(name: String, line: Int)] = []
  private var drawnAt: [String: Int] = [:]
  private var linkedTerms: Set<String> = []
  private var open: Fence?

  /// The block that the last lines belong to; the next lines of the same kind continue it.
  private enum Fence: Equatable {
    case code
    case results
    case claims
  }

  init(source: LessonSource, catalog: LessonCatalog) {
    (self.source, self.catalog) = (source, catalog)
    passages = PassageCursor(source)
  }

  // MARK: - Passages

  mutating func add(_ event: Event) throws(WeaverError) {
    if case .bind(let name, let text) = event.kind {
      if let first = boundAt.first(where: { $0.name == name && $0.line != event.line }) {
        throw WeaverError(
          location(event.line),
          "{{\(name)}} was bound at line \(first.line) already; give this number another name")
      }
      numbers[name] = text
      boundAt.append((name, event.line))
      return
    }
    try addPassages(upTo: event.line)
    switch event.kind {
    case .begin, .end, .bind: break
    case .show(let label, let text):
      fence(.results)
      markdown += Prose.shown(text, after: label, to: 76).joined(separator: "\n") + "\n"
    case .table(let title, let table):
      close()
      markdown += (title.isEmpty ? "" : "\n*\(title)*\n") + "\n\(table.markdown())\n"
    case .claim(let text, let holds):
      if open != .claims { close() }
      markdown += open == .claims ? "" : "\n"
      open = .claims
      markdown += "> \(holds ? "✓" : "✗ **does not hold:**") \(text)<br>\n"
    case .figure(let id, let caption, let alt, _): try addFigure(id, caption: caption, alt: alt, event.line)
    }
  }

  mutating func addRest() throws(WeaverError) {
    try addPassages(upTo: source.passages.last?.lines.upperBound ?? 0)
    close()
  }

  private mutating func addPassages(upTo line: Int) throws(WeaverError) {
    for passage in passages.next(upTo: line) {
      switch passage.kind {
      case .prose:
        close()
        markdown += "\n\(try resolved(passage))\n"
      case .code:
        if open == .code, !source.isInsideCell(passage) { markdown += "\n" }
        fence(.code)
        markdown += passage.text + "\n"
      case .apparatus: break
      }
    }
  }

  private mutating func addFigure(
    _ id: String, caption: String, alt: String, _ line: Int
  ) throws(WeaverError) {
    close()
    if let first = drawnAt.updateValue(line, forKey: id) {
      throw WeaverError(
        location(line), "figure \(id) was drawn at line \(first) already; give this one another name")
    }
    guard let number = source.figureNumber(id) else {
      throw WeaverError(location(line), "figure \(id) is drawn inside other code; call figure at the margin")
    }
    let text = try resolved(caption, at: line)
    markdown += """

      <a id="\(id)"></a>
      ![\(alt.replacing("]", with: "\\]"))](\(id).png)

      **Figure \(number).** \(text)

      <details><summary>The code of figure \(number)</summary>

      ```swift
      \(source.code(ofFigureAt: line))
      ```

      </details>

      """
  }

  // MARK: - Fences

  private mutating func fence(_ kind: Fence) {
    if open == kind { return }
    close()
    markdown += kind == .code ? "\n```swift\n" : "\n```text\n"
    open = kind
  }

  private mutating func close() {
    if open == .code || open == .results { markdown += "```\n" }
    open = nil
  }

  // MARK: - References

  private mutating func resolved(_ passage: LessonSource.Passage) throws(WeaverError) -> String {
    let line = passage.lines.lowerBound
    for formula in Self.formulas(in: passage.text) {
      if let command = FormulaText.unknownCommands(in: formula).first {
        throw WeaverError(
          location(line), "the terminal cannot show \(command); use another command, or teach FormulaText")
      }
    }
    return try resolved(passage.text, at: line)
  }

  private mutating func resolved(_ text: String, at line: Int) throws(WeaverError) -> String {
    var terms = linkedTerms
    let output = try Reference.replace(in: text) { (reference) throws(WeaverError) in
      guard case .term(let mark) = reference else { return try link(reference, at: line) }
      // A term is linked where it is explained, and where the chapter uses it first.
      let isFirst = terms.insert(catalog.glossary.entry(of: mark.term)?.anchor ?? mark.term).inserted
      let link = try link(reference, at: line)
      return isFirst || mark.isExplanation ? link : mark.markdown
    }
    linkedTerms = terms
    return MarkdownFormula.rewritten(in: output)
  }

  private func link(_ reference: Reference, at line: Int) throws(WeaverError) -> String {
    switch reference {
    case .number(let name):
      guard let text = numbers[name] else {
        throw WeaverError(
          location(line), "{{\(name)}} is not bound above this line; call bind(\"\(name)\", …) before it")
      }
      return text
    case .figure(let id, let isCapitalized):
      guard let number = source.figureNumber(id) else {
        throw WeaverError(location(line), "@\(id) refers to no figure; there are \(source.figures)")
      }
      return "[\(isCapitalized ? "Figure" : "figure") \(number)](#\(id))"
    case .lesson(let name, let isCapitalized):
      guard catalog.lessons.contains(name) else {
        throw WeaverError(location(line), "@\(name) refers to no lesson; there are \(catalog.lessons)")
      }
      return "[\(LessonSource.spokenName(name, isCapitalized: isCapitalized))](../\(name)/README.md)"
    case .exercise(let id):
      guard catalog.exercises.contains(id) else {
        throw WeaverError(location(line), "@ex-\(id) refers to no exercise; there are \(catalog.exercises)")
      }
      return "[exercise \(id)](../../Lessons/Exercises/\(LessonCatalog.exerciseFile(id)))"
    case .term(let mark):
      guard let entry = catalog.glossary.entry(of: mark.term) else {
        throw WeaverError(
          location(line), "the glossary lacks \(mark.term); add its row to \(Glossary.page)")
      }
      return "[\(mark.markdown)](../../\(Glossary.page)#\(entry.anchor))"
    }
  }

  private static func formulas(in text: String) -> [String] {
    let parts = text.replacing("$$", with: "$").split(separator: "$", omittingEmptySubsequences: false)
    return stride(from: 1, to: parts.count, by: 2).map { String(parts[$0]) }
  }

  private func location(_ line: Int) -> String { "Lessons/\(source.name)/main.swift:\(line)" }

  // MARK: - The end

  /// Whether prose, or a figure's caption or alternative text, names a number.
  private func isNamed(_ number: String) -> Bool {
    source.passages.contains { $0.kind != .code && $0.text.contains("{{\(number)}}") }
  }

  /// Refuses a number that no text names, and a figure that was not drawn.
  func checkNothingIsLeftOver() throws(WeaverError) {
    if let unused = boundAt.first(where: { !isNamed($0.name) }) {
      throw WeaverError(
        location(unused.line), "no prose and no caption names {{\(unused.name)}}; remove the bind")
    }
    if let missing = source.figures.first(where: { drawnAt[$0] == nil }) {
      throw WeaverError(
        location(1), "figure \(missing) was not drawn in this run; a figure belongs to every profile")
    }
  }
}
