/// Exercise 03.3: a moving average that forgets where it began.
public protocol Exercise0303: Sendable {
  /// The moving average after the last of the batches, debiased.
  ///
  /// It starts at 0. Each batch's number enters it as in the lesson: keep the share `decay` of the old average, and
  /// add the remaining share of the new number. After the last batch, divide by the share of real data that the
  /// average then holds.
  ///
  /// By hand first: decay 0.75, and one batch, 4. The average starts at 0; where does it stand after the
  /// batch? Which share of it is real data? And so, debiased?
  ///
  /// There is at least one batch, and `decay` is above 0 and below 1.
  ///
  /// - Throws: `Todo` until it is solved.
  static func average(_ batches: [Float], decay: Float) throws -> Float
}

extension Exercise {
  /// A moving average that forgets where it began.
  public static let movingAverage = Exercise(
    "03.3", "a debiased moving average", section: "lesson 3, \"Where does the range come from?\"",
    index:
      "An index beyond the end of a list crashes. There may be only one batch, so batches[1] may not exist.",
    hints: [
      "After one batch, how much of the average is that batch, and how much is still the 0 it began with?",
      "Read \"Where does the range come from?\" in lesson 3. After n batches the start is left with the "
        + "share decay · decay · …, n times. The rest is real data.",
      "Two numbers change in one loop over the batches: the average, and the share that the start still has, "
        + "which begins at 1. After the loop, one division.",
    ])
}
