import Classroom
import Testing

@Suite struct QuizTests {
  @Test func everyLessonHasTwoQuestions() {
    #expect(Quiz.all.map(\.lesson) == Array(1...7))
    for quiz in Quiz.all { #expect(quiz.questions.count == 2) }
  }

  @Test(arguments: Quiz.all.flatMap(\.questions))
  func oneChoiceIsRightAndAllHaveAReasonOfTheirOwn(_ question: Quiz.Question) {
    #expect(question.choices.count(where: \.isRight) == 1)
    #expect((3...4).contains(question.choices.count))
    #expect(Set(question.choices.map(\.reason)).count == question.choices.count)
    for choice in question.choices { #expect(choice.reason.hasSuffix(".") && choice.reason.count > 20) }
  }

  @Test func theRightChoiceIsNotAlwaysTheSameLetter() {
    let places = Quiz.all.flatMap(\.questions).compactMap { $0.choices.firstIndex(where: \.isRight) }
    #expect(Set(places).count >= 3)
  }

  @Test func aChoiceIsNamedByItsLetterInEitherCase() {
    let question = Quiz.all[0].questions[0]
    for answer in ["b", "B", " b)", "b."] { #expect(question.choice(answer) == question.choices[1]) }
    for answer in ["", "e", "ab", "2"] { #expect(question.choice(answer) == nil) }
  }

  @Test func everyLineFitsIntoEightyColumns() {
    for question in Quiz.all.flatMap(\.questions) {
      for line in question.lines(on: TerminalLayout(), withReasons: true) {
        #expect(line.count <= 80, "\(line)")
      }
    }
  }
}
