import Charting
import LessonKit
import Support
import Testing

/// The order in which the terminal shows a lesson, and what the reader can choose.
@Suite struct LessonPrinterTests {
  private static let text = """
    //: # 7. A title
    //:
    //: Ask first.
    //: **Predict:** how many?
    //:
    //: Go on.

    let x = 2
    show(x, "x")
    claim(x == 2, "two")

    //: ## It trains
    //: Then train. **Predict:** is {{count}} enough?

    announce("Training: a network, 2 epochs")
    let loss = trainer.fit(x)
    bind("count", x)

    show(loss, "loss")

    //: The end.

    endLesson()
    """
  private let source = LessonSource(name: "lesson-07", text: text)
  private let terminal = Terminal(columns: 60, isColored: false)

  /// What a reader sees who types these answers, and then nothing more.
  private func printed(section: Int? = nil, pausing answers: [String]? = nil) -> [String] {
    var output = ""
    var left = answers ?? []
    func ask(_ prompt: String) -> String? {
      output += prompt + "?\n"
      return left.isEmpty ? nil : left.removeFirst()
    }
    var printer = LessonPrinter(
      terminal: terminal, section: section.map { source.sections[$0].lines }, ask: answers == nil ? nil : ask
    ) { output += $0 }
    var narrator = Narrator(source: source, terminal: terminal)
    printer.print(narrator.pieces(for: Event(line: 9, .show(label: "x", text: "2"))))
    printer.print(narrator.pieces(for: Event(line: 10, .claim(text: "two", holds: true))))
    printer.print(narrator.pieces(for: Event(line: 17, .bind(name: "count", text: "2"))))
    printer.print(narrator.announcement(of: "Training: a network, 2 epochs", at: 15))
    output += "(trains)\n"
    printer.print(narrator.pieces(for: Event(line: 19, .show(label: "loss", text: "0.5"))))
    printer.print(narrator.text(upTo: 23))
    printer.end()
    return output.split(separator: "\n").map { String($0.drop { $0 == " " }) }
  }

  private static let beginning = [
    "7. A title", String(repeating: "━", count: 60), "Ask first. Predict: how many?", "Go on.",
    "│ let x = 2", "│ show(x, \"x\")", "x = 2", "✓ two",
  ]
  private static let training = [
    "It trains", "Then train. Predict: is 2 enough?", "│ let loss = trainer.fit(x)",
    "… Training: a network, 2 epochs",
  ]

  @Test func `text and code of a cell stand before its training, and its results behind`() {
    #expect(
      printed() == Self.beginning + Self.training
        + ["(trains)", "│ show(loss, \"loss\")", "loss = 0.5", "The end."])
  }

  @Test func `one section is printed alone, and all of them together are the lesson`() {
    #expect(printed(section: 0) == Self.beginning + ["(trains)"])
    #expect(
      printed(section: 1)
        == Self.training + ["(trains)", "│ show(loss, \"loss\")", "loss = 0.5", "The end."])
  }

  @Test func `a lesson pauses behind each paragraph that asks, and shows the answer behind the results`() {
    let prompt = "Your prediction (Enter goes on): ?"
    var expected = Self.beginning + Self.training
    expected.insert(prompt, at: 3)
    expected.insert("You predicted: four or more", at: 9)
    expected.insert(prompt, at: 12)
    #expect(
      printed(pausing: ["four or more", "no"])
        == expected + ["(trains)", "│ show(loss, \"loss\")", "loss = 0.5", "You predicted: no", "The end."])
  }

  @Test func `an empty answer is not shown again`() {
    #expect(!printed(pausing: ["", "  "]).contains { $0.contains("You predicted") })
  }

  @Test func `where there is nothing to read, the lesson asks once and goes on`() {
    let lines = printed(pausing: [])
    #expect(lines.filter { $0.contains("Your prediction") }.count == 1)
    #expect(lines.contains("(nothing to read: the lesson goes on without pauses)"))
    #expect(lines.suffix(2) == ["loss = 0.5", "The end."])
  }

  @Test func `an announcement and a claim that does not hold are broken into the terminal's lines`() {
    var narrator = Narrator(source: source, terminal: terminal)
    _ = narrator.pieces(for: Event(line: 17, .bind(name: "count", text: "2")))
    let long = "a statement " + String(repeating: "of many words ", count: 8)
    let pieces =
      narrator.announcement(of: long, at: 15)
      + narrator.pieces(for: Event(line: 19, .claim(text: long, holds: false)))
    #expect(pieces.flatMap(\.lines).allSatisfy { $0.terminalWidth <= 60 })
    #expect(pieces.flatMap(\.lines).contains { $0.contains("Lessons/lesson-07/main.swift:19") })
  }
}
