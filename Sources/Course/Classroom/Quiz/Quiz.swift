/// Two questions about a lesson, with a reason for every choice.
package struct Quiz: Hashable, Sendable {
  /// A question and its choices.
  package struct Question: Hashable, Sendable {
    /// The question.
    package let text: String
    /// The choices, called a, b, c and d.
    package let choices: [Choice]

    init(_ text: String, _ choices: [Choice]) { (self.text, self.choices) = (text, choices) }
  }

  /// A possible answer, with the reason why it is right or wrong.
  package struct Choice: Hashable, Sendable {
    /// The answer.
    package let text: String
    /// True for the one right choice.
    package let isRight: Bool
    /// Why the answer is right, or what someone who chose it may have thought.
    package let reason: String

    static func right(_ text: String, because reason: String) -> Choice {
      Choice(text: text, isRight: true, reason: reason)
    }

    static func wrong(_ text: String, because reason: String) -> Choice {
      Choice(text: text, isRight: false, reason: reason)
    }
  }

  /// The lesson's number.
  package let lesson: Int
  /// The questions.
  package let questions: [Question]

  /// Every quiz, in the order of the lessons.
  package static let all: [Quiz] = [
    lesson1, lesson2, lesson3, lesson4, lesson5, lesson6, lesson7, lesson8, lesson9, lesson10,
    lesson11,
  ]

  /// The letter of a choice: a for the first.
  package static func letter(_ index: Int) -> String {
    String(Unicode.Scalar(UInt8(ascii: "a") + UInt8(index)))
  }
}

extension Quiz.Question {
  /// The question and its choices, with or without their reasons.
  package func lines(on layout: TerminalLayout, withReasons: Bool = false) -> [String] {
    var result = layout.wrapped(text) + [""]
    for (index, choice) in choices.enumerated() {
      let lines = layout.wrapped(choice.text, indent: 5)
      result.append("  \(Quiz.letter(index))) " + (lines.first ?? "").dropFirst(5))
      result += lines.dropFirst()
      let reason = (choice.isRight ? "Right. " : "No. ") + choice.reason
      if withReasons { result += layout.wrapped(reason, indent: 7) }
    }
    return result
  }

  /// The choice whose letter was typed, in either case.
  package func choice(_ answer: String) -> Quiz.Choice? {
    let typed = answer.lowercased().filter(\.isLetter)
    return choices.indices.first { Quiz.letter($0) == typed }.map { choices[$0] }
  }
}
