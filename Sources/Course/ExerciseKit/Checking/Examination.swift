import Charting

/// Questions with their right answers, and the misunderstandings that lead to wrong ones.
///
/// Every check is one: it asks in order, stops at the first wrong answer, and names the first misconception
/// in the list that leads to just the answers given so far.
struct Examination<Question, Answer> {
  let exercise: Exercise
  /// Small numbers first, so that they can be followed by hand.
  let questions: [Question]
  /// The question as the student would write the call.
  let wording: (Question) -> String
  let right: (Question) -> Answer
  /// True if the first, the given answer, is as good as the second, the right one.
  let same: (Answer, Answer) -> Bool
  /// An answer as one would write it on a board.
  let written: (Answer) -> String
  let misconceptions: [Misconception<Question, Answer>]
  /// What to say of a wrong answer in which no misconception is recognised.
  let otherwise: (Question) -> String

  /// What is wrong in the student's answers: nothing, or the first thing.
  ///
  /// - Throws: what the answer throws.
  func findings(
    of answer: (Question) throws -> Answer, figure: () throws -> Chart? = { nil }
  ) throws -> [Finding] {
    for (index, question) in questions.enumerated() {
      let asked = wording(question)
      Sandbox.questionListener?(asked)
      let given = try answer(question)
      let expected = right(question)
      if same(given, expected) { continue }
      let recognised = misconceptions.first { explains($0, given, at: index) }
      Sandbox.questionListener?("Your code, asked for the points of a picture,")
      let picture = try figure()
      return [
        Finding(
          recognised?.id ?? "wrong-value",
          observation: "\(asked) should be \(written(expected)); yours gave \(written(given)).",
          likelyCause: recognised?.cause(question) ?? otherwise(question),
          section: recognised?.section ?? exercise.section,
          // An infinity or a NaN cannot be drawn; the words say it all the same.
          figure: (try? picture?.validate()) == nil ? nil : picture)
      ]
    }
    return []
  }

  /// True if a misconception leads to this answer, and to the right one at all questions before.
  private func explains(
    _ misconception: Misconception<Question, Answer>, _ given: Answer, at index: Int
  ) -> Bool {
    func leads(to answer: Answer, at question: Question) -> Bool {
      misconception.answers(question).contains { same(answer, $0) }
    }
    return leads(to: given, at: questions[index])
      && questions[..<index].allSatisfy { leads(to: right($0), at: $0) }
  }
}
