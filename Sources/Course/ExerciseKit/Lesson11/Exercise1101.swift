/// Exercise 11.1: equalize two layers.
public protocol Exercise1101: Sendable {
  /// The factor of each channel between two layers, channel 0 first: the first layer's weights are divided by it, and
  /// the second's are multiplied by it, so that the largest magnitudes of both become the same.
  ///
  /// `first` is a table with one column for each channel, written row by row: `first[0]` is row 0 of channel 0, `first[1]`
  /// row 0 of channel 1. `second` is a table with one row for each channel, written row by row too; a row has
  /// `second.count / channels` numbers. A channel whose weights are all 0 in one of the layers keeps its weights: its
  /// factor is 1.
  ///
  /// By hand first: first [3, 0.5, −4, 0.25] and second [1, −0.5, 8, 2], with 2 channels. The largest magnitudes of
  /// channel 0 are 4 and 1. By what do you divide the 4, and multiply the 1, to make them equal?
  ///
  /// - Throws: `Todo` until it is solved.
  static func factors(first: [Float], second: [Float], channels: Int) throws -> [Float]
}

extension Exercise {
  /// Equalize two layers.
  public static let equalized = Exercise(
    "11.1", "equalize two layers", section: "lesson 11, \"Equalize\"",
    index:
      "An index beyond the end of a list crashes. Each table has as many numbers as rows times columns; the number of "
      + "channels is one of the two.",
    hints: [
      "Write both lists as tables. In which table is a channel a column, and in which a row? Of channel 1, the largest "
        + "magnitudes are 0.5 and 8.",
      "Read \"Equalize\" in lesson 11. After it the two magnitudes are r1 / s and r2 · s. For which s are they equal?",
      "For each channel: r1 from its column in the first table, r2 from its row in the second. If either is 0, the factor "
        + "is 1. Else it is a root of one divided by the other. Which by which?",
    ])
}
