import Charting
import ExerciseKit

/// A mistake that a check found in an answer: the question, the answer given, and the probable cause.
///
/// It never shows the code of the right answer.
public struct Finding: Hashable, Codable, Sendable, CustomStringConvertible {
  /// The misconception's name, such as `levels-for-steps`; `wrong-value` where none is recognised.
  public let id: String
  /// The question, in numbers small enough to check by hand, with the right answer and the answer given.
  public let observation: String
  /// The probable misunderstanding, in a sentence or two.
  public let likelyCause: String
  /// The heading in the lesson to read again; nil where none would help, as after a compile error.
  public let section: String?
  /// A picture, such as expected against given, where it shows more than words.
  public var figure: Chart?

  /// Creates a finding.
  ///
  /// - Parameters:
  ///   - id: The misconception's name.
  ///   - observation: The question, the right answer and the answer given.
  ///   - likelyCause: The probable misunderstanding.
  ///   - section: The heading in the lesson to read again, if one would help.
  ///   - figure: A picture, where it shows more than words.
  public init(
    _ id: String, observation: String, likelyCause: String, section: String? = nil, figure: Chart? = nil
  ) {
    (self.id, self.observation, self.likelyCause) = (id, observation, likelyCause)
    (self.section, self.figure) = (section, figure)
  }

  /// Creates the finding for the text of a student's file that uses what its exercise bans; nil if it does not.
  public init?(banned text: String, of exercise: Exercise) {
    guard let member = exercise.bannedMember(in: text) else { return nil }
    self.init(
      "not-allowed",
      observation: "\(exercise.typeName).swift uses `\(member)`, which does what is to be done here by hand.",
      likelyCause: "The stub says what the answer is to be made of.", section: exercise.section)
  }

  /// The finding for the student.
  public var description: String {
    ([observation, likelyCause] + (section.map { ["Read again: \($0)"] } ?? [])).joined(separator: "\n")
  }
}

/// The result of checking an answer.
package enum Verdict: Hashable, Sendable {
  /// The check came to its end with these findings, or none.
  case findings([Finding])
  /// The answer threw the stub's ``Todo``.
  case unsolved
  /// The answer threw an error with this description.
  case threw(String)
  /// The answer's process gave no observation when it was asked this question.
  case ended(question: String?)

  /// Judges an answer.
  package init(of exercise: Exercise, in answer: Remote) {
    do {
      self = .findings(try Judge.findings(of: exercise, in: answer))
    } catch is Todo {
      self = .unsolved
    } catch let error as NoObservation {
      self = .ended(question: error.question)
    } catch {
      self = .threw("\(error)")
    }
  }
}
