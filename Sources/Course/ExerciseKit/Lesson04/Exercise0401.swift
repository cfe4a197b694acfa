/// Exercise 04.1: whether a layer is built, called or refused.
public protocol Exercise0401: Sendable {
  /// What happens to a new layer that is called with these batches, one after the other.
  ///
  /// Each batch is given by its shape, whose first number counts the examples. Each batch has one answer:
  /// `.buildAndCall`, `.call` or `.refuse`. Suppose that the program goes on after a refusal: the layer stays
  /// as it was.
  ///
  /// By hand first: [[1, 5], [32, 5], [2, 7], [3, 7], [4, 5]]. What was the layer built for? Which of the
  /// batches have such examples?
  ///
  /// - Throws: `Todo` until it is solved.
  static func moments(of batches: [[Int]]) throws -> [Moment]
}

/// What happens when a layer is called with a batch.
public enum Moment: String, Hashable, Codable, CaseIterable, Sendable {
  /// The layer creates its weights for the batch's examples, then computes.
  case buildAndCall = "build and call"
  /// The layer is built already, and computes.
  case call
  /// The layer was built for other examples, and stops.
  case refuse
}

extension Exercise {
  /// Whether a layer is built, called or refused.
  public static let moments = Exercise(
    "04.1", "built, called or refused?", section: "lesson 4, \"Called again\"",
    index:
      "An index beyond the end of a list crashes. There may be no batches at all, so batches[0] may not exist.",
    hints: [
      "Which of the numbers in a shape does `build` get to see, and which not? What does a layer have to "
        + "remember from one batch to the next?",
      "Read \"Called again\" in lesson 4. `dropFirst()` takes the batch off a shape.",
      "One variable outlives the loop: the shape the layer was built for, nil before. `if nil … else if the "
        + "same … else …` gives the three answers, and only one of them sets the variable.",
    ])
}
