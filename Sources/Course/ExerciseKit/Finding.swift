import Charting

/// What a check found wrong in an answer: what was asked, what was given, what probably lies behind it.
///
/// It never says the right answer's code.
public struct Finding: Hashable, Codable, Sendable, CustomStringConvertible {
  /// The misunderstanding's name, such as `levels-for-steps`; `wrong-value` where none is recognised.
  public let id: String
  /// The question, in numbers small enough to check by hand, with what is right and what was given.
  public let observation: String
  /// What was probably misunderstood, in a sentence or two.
  public let likelyCause: String
  /// The heading in the lesson to read again.
  public let section: String
  /// A picture, such as expected against given, where it tells more.
  public var figure: Chart?

  /// Creates a finding.
  public init(
    _ id: String, observation: String, likelyCause: String, section: String, figure: Chart? = nil
  ) {
    (self.id, self.observation, self.likelyCause) = (id, observation, likelyCause)
    (self.section, self.figure) = (section, figure)
  }

  /// The finding for the student.
  public var description: String { "\(observation)\n\(likelyCause)\nRead again: \(section)" }
}
