/// A misunderstanding with a name, known by the answer it leads to.
struct Misconception<Question, Answer> {
  /// Its name, such as `levels-for-steps`.
  let id: String
  /// What someone who holds it answers; `nil` where it leads to no answer.
  let answer: (Question) -> Answer?
  /// What to say to them.
  let cause: (Question) -> String
  /// The heading to read again, if it is not the exercise's own.
  let section: String?

  init(
    _ id: String, section: String? = nil, gives answer: @escaping (Question) -> Answer?,
    because cause: @escaping (Question) -> String
  ) {
    (self.id, self.section) = (id, section)
    (self.answer, self.cause) = (answer, cause)
  }
}
