import Charting
import ExerciseKit

/// Questions with their right answers, and the misconceptions that lead to wrong ones.
///
/// Every check is made of examinations. All questions are asked, and the first wrong answer is told. A cause is told
/// with it only where one misconception, and no other, leads to exactly what was given to *all* questions; else the
/// finding says what differs and what would be right, and leaves the cause to the student.
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
  /// The known ways to go wrong.
  let misconceptions: [Misconception<Question, Answer>]
  /// How many answers have to be wrong in a misconception's way before it is named: more than one, unless a single
  /// answer says it in words.
  var evidence = 2
  /// What to think of where no misconception is recognised; it claims nothing about the student's code.
  let otherwise: (Question) -> String

  /// Asks a student's answer, and finds nothing or the first mistake; a picture is drawn only for a mistake.
  ///
  /// - Parameters:
  ///   - answer: Asks the student's answer one question.
  ///   - figure: Draws a picture of a mistake; it gets the way to ask for its points.
  /// - Returns: Nothing, or the first mistake.
  /// - Throws: the error that the answer throws before it has given a wrong answer.
  func findings(
    of answer: @escaping (Question) throws -> Answer,
    figure: ((Question) throws -> Answer) throws -> Chart? = { _ in nil }
  ) throws -> [Finding] {
    func ask(_ question: Question) throws -> Answer {
      let asked = wording(question)
      Sandbox.questionListener?(asked)
      return try NoObservation.of(asked) { try answer(question) }
    }
    var (given, firstWrong, silence) = ([Answer](), Int?.none, NoObservation?.none)
    for (index, question) in questions.enumerated() {
      do {
        given.append(try ask(question))
      } catch  where firstWrong != nil {
        // What was wrong before is told first; an answer that ended since can be asked nothing more.
        silence = error as? NoObservation
        break
      }
      if firstWrong == nil, !same(given[index], right(question)) { firstWrong = index }
    }
    guard let firstWrong else { return [] }
    let known = recognised(given)
    let index = known?.index ?? firstWrong
    var picture: Chart?
    if silence == nil {
      do { picture = try figure(ask) } catch { silence = error as? NoObservation }
    }
    let asked = wording(questions[index])
    let later = silence?.question.map { " Later, \($0) gave no answer at all." } ?? ""
    return [
      Finding(
        known?.misconception.id ?? "wrong-value",
        observation: "\(asked) should be \(written(right(questions[index]))); yours gave "
          + "\(written(given[index])).\(later)",
        likelyCause: known?.misconception.cause(questions[index]) ?? otherwise(questions[index]),
        section: known?.misconception.section ?? exercise.section,
        // An infinity or a NaN cannot be drawn; the words are enough.
        figure: (try? picture?.validate()) == nil ? nil : picture)
    ]
  }

  /// The only misconception that leads to all of the answers, and the first question at which it shows; `given` are the
  /// answers to the first of the questions, or to all of them.
  private func recognised(_ given: [Answer]) -> (misconception: Misconception<Question, Answer>, index: Int)?
  {
    let asked = Array(zip(questions, given))
    let expected = asked.map { right($0.0) }
    var found: [(misconception: Misconception<Question, Answer>, index: Int)] = []
    for misconception in misconceptions {
      for variant in misconception.variants {
        let answers = asked.map { variant($0.0) }
        func isEqual(_ index: Int) -> Bool { answers[index].map { same(asked[index].1, $0) } ?? true }
        guard asked.indices.allSatisfy(isEqual) else { continue }
        let shown = asked.indices.filter { answers[$0] != nil && !same(asked[$0].1, expected[$0]) }
        if shown.count >= evidence { found.append((misconception, shown[0])) }
      }
    }
    return Set(found.map(\.misconception.id)).count == 1 ? found.first : nil
  }
}

/// A misunderstanding with a name: a wrong answer, written out, that is compared with what a student's answer gives.
struct Misconception<Question, Answer> {
  /// The name, such as `levels-for-steps`.
  let id: String
  /// The wrong answers that it may lead to; each gives nil at a question about which it says nothing.
  let variants: [(Question) -> Answer?]
  /// The explanation for the student, at a question that shows it.
  let cause: (Question) -> String
  /// The heading to read again, if it differs from the exercise's.
  let section: String?

  /// Creates a misconception that leads to one wrong answer.
  init(
    _ id: String, section: String? = nil, gives answer: @escaping (Question) -> Answer?,
    because cause: @escaping (Question) -> String
  ) {
    self.init(id, section: section, givesOneOf: [answer], because: cause)
  }

  /// Creates a misconception that may lead to any of some wrong answers.
  init(
    _ id: String, section: String? = nil, givesOneOf variants: [(Question) -> Answer?],
    because cause: @escaping (Question) -> String
  ) {
    (self.id, self.section) = (id, section)
    (self.variants, self.cause) = (variants, cause)
  }
}

// MARK: - Numbers

/// True if two numbers are equal up to a relative error, which by default is that of a few float operations.
///
/// What is wrong may be NaN, and is then recognised by it.
func isClose(_ given: Float, _ right: Float, within tolerance: Float = 4e-6) -> Bool {
  given == right || given.isNaN && right.isNaN
    || right.isFinite && (given - right).magnitude <= tolerance * right.magnitude
}

/// True if two lists are equally long and their numbers are close.
func areClose(_ given: [Float], _ right: [Float]) -> Bool {
  given.count == right.count && zip(given, right).allSatisfy { isClose($0, $1) }
}
