import Classroom
import Testing

@Suite struct QuizTests {
  @Test func `every lesson has a quiz of two questions`() {
    #expect(Quiz.all.map(\.lesson) == Array(1...11))
    for quiz in Quiz.all { #expect(quiz.questions.count == 2) }
  }

  @Test(arguments: Quiz.all.flatMap(\.questions))
  func `one choice of a question is right, and each has its own reason`(_ question: Quiz.Question) {
    #expect(question.choices.count(where: \.isRight) == 1)
    #expect((3...4).contains(question.choices.count))
    #expect(Set(question.choices.map(\.reason)).count == question.choices.count)
    for choice in question.choices { #expect(choice.reason.hasSuffix(".") && choice.reason.count > 20) }
  }

  @Test func `the right choice of a quiz is not always the same letter`() {
    let indices = Quiz.all.flatMap(\.questions).compactMap { $0.choices.firstIndex(where: \.isRight) }
    #expect(Set(indices).count >= 3)
  }

  @Test func `a choice is named by its letter in either case`() {
    let question = Quiz.all[0].questions[0]
    for answer in ["b", "B", " b)", "b."] { #expect(question.choice(answer) == question.choices[1]) }
    for answer in ["", "e", "ab", "2"] { #expect(question.choice(answer) == nil) }
  }

  @Test func `every line of a quiz fits into eighty columns`() {
    for question in Quiz.all.flatMap(\.questions) {
      for line in question.lines(on: TerminalLayout(), withReasons: true) {
        #expect(line.count <= 80, "\(line)")
      }
    }
  }
}
