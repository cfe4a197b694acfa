import ArgumentParser
import Classroom

/// Asks two questions about a lesson, and gives a reason for every choice.
struct QuizCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quiz", abstract: "Asks two questions about a lesson; each choice gets a reason.")

  @Argument(
    help: "The lesson, such as 03.",
    completion: .list(Quiz.all.map { $0.lesson < 10 ? "0\($0.lesson)" : "\($0.lesson)" })
  )
  var lesson: String

  @Flag(help: "Print the questions with all choices and reasons, and ask nothing.")
  var reasons = false

  func validate() throws { _ = try quiz() }

  func run() throws {
    let (quiz, layout) = (try quiz(), TerminalLayout.output)
    for (index, question) in quiz.questions.enumerated() {
      print(index == 0 ? "Lesson \(quiz.lesson)\n" : "")
      for line in question.lines(on: layout, withReasons: reasons) { print(line) }
      if !reasons { try ask(question, on: layout) }
    }
  }

  /// Asks until the right choice is made.
  private func ask(_ question: Quiz.Question, on layout: TerminalLayout) throws {
    while true {
      print("\n> ", terminator: "")
      guard let answer = readLine() else {
        print("\nThe quiz was not finished. All choices with their reasons: --reasons")
        throw ExitCode.failure
      }
      guard let choice = question.choice(answer) else {
        print("Type one of the letters a to \(Quiz.letter(question.choices.count - 1)), and Return.")
        continue
      }
      for line in layout.wrapped((choice.isRight ? "Right. " : "No. ") + choice.reason) { print(line) }
      if choice.isRight { return }
    }
  }

  private func quiz() throws -> Quiz {
    let digits = lesson.hasPrefix("lesson-") ? lesson.dropFirst(7) : lesson[...]
    guard let number = Int(digits), let quiz = Quiz.all.first(where: { $0.lesson == number }) else {
      throw ValidationError("there is no quiz \(lesson); there are 1 to \(Quiz.all.count)")
    }
    return quiz
  }
}
