/// A misunderstanding with a name, known by the answers it leads to.
struct Misconception<Question, Answer> {
  /// Its name, such as `levels-for-steps`.
  let id: String
  /// What someone who holds it may answer; empty where it leads to no answer.
  let answers: (Question) -> [Answer]
  /// What to say to them.
  let cause: (Question) -> String
  /// The heading to read again, if it is not the exercise's own.
  let section: String?

  init(
    _ id: String, section: String? = nil, gives answer: @escaping (Question) -> Answer?,
    because cause: @escaping (Question) -> String
  ) {
    self.init(id, section: section, givesOneOf: { answer($0).map { [$0] } ?? [] }, because: cause)
  }

  /// Creates a misunderstanding that has more than one way to come out.
  init(
    _ id: String, section: String? = nil, givesOneOf answers: @escaping (Question) -> [Answer],
    because cause: @escaping (Question) -> String
  ) {
    (self.id, self.section) = (id, section)
    (self.answers, self.cause) = (answers, cause)
  }
}
