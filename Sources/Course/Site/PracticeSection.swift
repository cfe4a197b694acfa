import Classroom
import ExerciseKit
import Support
import Weaver

/// The exercises and the quiz of a lesson, as they stand at the end of its section "Exercises".
package struct PracticeSection: Hashable, Sendable {
  /// The section in Markdown, with elements of HTML around it; empty for a lesson that has neither.
  package let markdown: String

  /// Makes the section of a lesson from the stubs of a checkout.
  ///
  /// - Throws: `FileError` if a stub cannot be read.
  package init(lesson number: Int?, root: String) throws {
    let exercises = Exercise.all.filter { $0.lesson == number }
    let parts = try exercises.map { exercise in
      let path = "\(root)/Lessons/Exercises/Stubs/\(exercise.typeName).stub"
      return Self.exercise(exercise, stub: String(decoding: try AtomicFile.read(path), as: UTF8.self))
    }
    let quiz = Quiz.all.first { $0.lesson == number }.map(Self.quiz) ?? ""
    markdown = parts.joined() + quiz
  }

  /// The place of an exercise on its chapter's page: `exercise-01-1` for `01.1`.
  package static func anchor(of exercise: String) -> String {
    "exercise-" + exercise.replacing(".", with: "-")
  }

  private static func exercise(_ exercise: Exercise, stub: String) -> String {
    let id = anchor(of: exercise.id)
    let hints = exercise.hints.enumerated().map { index, hint in
      "<details class=\"hint\"><summary>Hint \(index + 1)</summary><p>\(HTMLText.inline(hint))</p></details>"
    }
    return """

      <section class="exercise" aria-labelledby="\(id)">
      <h3 id="\(id)">Exercise \(exercise.id): \(HTMLText.inline(exercise.title))</h3>
      <p>In <code>Lessons/Exercises/\(exercise.typeName).swift</code>:</p>

      ```swift
      \(stub.trimmed)
      ```

      \(hints.joined(separator: "\n"))
      </section>

      """
  }

  private static func quiz(_ quiz: Quiz) -> String {
    let questions = quiz.questions.enumerated().map { index, question in
      let choices = question.choices.enumerated().map { index, choice in
        let verdict = choice.isRight ? "Right." : "No."
        return """
          <li><details class="choice \(choice.isRight ? "right" : "wrong")"><summary>\(HTMLText.inline(choice.text))</summary>\
          <p><strong>\(verdict)</strong> \(HTMLText.inline(choice.reason))</p></details></li>
          """
      }
      return """
        <section class="question" aria-labelledby="question-\(index + 1)">
        <h4 id="question-\(index + 1)">Question \(index + 1)</h4>
        <p>\(HTMLText.inline(question.text))</p>
        <ol class="choices" type="a">
        \(choices.joined(separator: "\n"))
        </ol>
        </section>
        """
    }
    return """

      <section class="quiz" aria-labelledby="quiz">
      <h3 id="quiz">What has stayed?</h3>
      <p class="asks">Choose an answer: it opens, and tells the reason why it is right or wrong.</p>
      \(questions.joined(separator: "\n"))
      </section>

      """
  }
}

extension String {
  /// The text without empty lines at its end.
  fileprivate var trimmed: String { String(reversed().drop(while: \.isNewline).reversed()) }
}
