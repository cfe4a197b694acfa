import Charting
import ExerciseKit

/// Questions with their right answers, and the misconceptions that lead to wrong ones.
///
/// Every check but one is an examination. It asks its questions in order, stops at the first wrong answer, and names
/// the first misconception in its list that leads to exactly the answers given so far.
struct Examination<Question, Answer> {
  let exercise: Exercise
  /// The questions, small numbers first, so that they can be followed by hand.
  let questions: [Question]
  /// The question as the student would write the call.
  let wording: (Question) -> String
  /// The right answer.
  let right: (Question) -> Answer
  /// True if the first answer, the student's, is as good as the second, the right one.
  let same: (Answer, Answer) -> Bool
  /// An answer as one would write it on a board.
  let written: (Answer) -> String
  /// The known ways to go wrong, the most specific first.
  let misconceptions: [Misconception<Question, Answer>]
  /// The explanation of a wrong answer in which no misconception is recognised.
  let otherwise: (Question) -> String

  /// Asks a student's answer, and finds nothing or the first mistake; a picture is drawn only for a mistake.
  ///
  /// - Throws: the error that the answer throws.
  func findings(
    of answer: (Question) throws -> Answer, figure: () throws -> Chart? = { nil }
  ) throws -> [Finding] {
    for (index, question) in questions.enumerated() {
      let asked = wording(question)
      Sandbox.questionListener?(asked)
      let given = try NoObservation.of(asked) { try answer(question) }
      let expected = right(question)
      if same(given, expected) { continue }
      let recognised = misconceptions.first { explains($0, given, at: index) }
      let drawn = "Your code, asked for the points of a picture,"
      Sandbox.questionListener?(drawn)
      let picture = try NoObservation.of(drawn, figure)
      return [
        Finding(
          recognised?.id ?? "wrong-value",
          observation: "\(asked) should be \(written(expected)); yours gave \(written(given)).",
          likelyCause: recognised?.cause(question) ?? otherwise(question),
          section: recognised?.section ?? exercise.section,
          // An infinity or a NaN cannot be drawn; the words are enough.
          figure: (try? picture?.validate()) == nil ? nil : picture)
      ]
    }
    return []
  }

  /// True if a misconception leads to this answer, and to the right one at every question before.
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

/// A misunderstanding with a name, recognised by the answers that it leads to.
struct Misconception<Question, Answer> {
  /// The name, such as `levels-for-steps`.
  let id: String
  /// The answers that it may lead to; empty where it leads to none.
  let answers: (Question) -> [Answer]
  /// The explanation for the student.
  let cause: (Question) -> String
  /// The heading to read again, if it differs from the exercise's.
  let section: String?

  /// Creates a misconception that leads to one answer, or to none.
  init(
    _ id: String, section: String? = nil, gives answer: @escaping (Question) -> Answer?,
    because cause: @escaping (Question) -> String
  ) {
    self.init(id, section: section, givesOneOf: { answer($0).map { [$0] } ?? [] }, because: cause)
  }

  /// Creates a misconception that may lead to more than one answer.
  init(
    _ id: String, section: String? = nil, givesOneOf answers: @escaping (Question) -> [Answer],
    because cause: @escaping (Question) -> String
  ) {
    (self.id, self.section) = (id, section)
    (self.answers, self.cause) = (answers, cause)
  }
}

// MARK: - Numbers

/// True if two numbers are equal up to a relative error, which by default is that of a few float operations.
func isClose(_ given: Float, _ right: Float, within tolerance: Float = 4e-6) -> Bool {
  given == right || right.isFinite && (given - right).magnitude <= tolerance * right.magnitude
}

/// True if two lists are equally long and their numbers are close.
func areClose(_ given: [Float], _ right: [Float]) -> Bool {
  given.count == right.count && zip(given, right).allSatisfy { isClose($0, $1) }
}
