/// Exercise 05.1: two clips in one.
public protocol Exercise0501: Sendable {
  /// The one clip that does what two do: a clip to `inner`, wrapped in a clip to `outer`.
  ///
  /// The outer wrapper clips its inputs first. For every number, one clip to the range returned must give what
  /// the two give together.
  ///
  /// By hand first: outer −6…6 around inner −1…8. What comes out for −100? For 100? And if outer is 2…6 and
  /// inner −1…1?
  ///
  /// `low` is at most `high` in each range; the two ranges may lie apart.
  ///
  /// - Throws: `Todo` until it is solved.
  static func composed(
    outer: (low: Float, high: Float), inner: (low: Float, high: Float)
  ) throws -> (low: Float, high: Float)
}

extension Exercise {
  /// Two clips in one.
  public static let composed = Exercise(
    "05.1", "two clips in one", section: "lesson 5, \"Wrapped twice\"",
    crash: "A range `a...b` crashes where a lies above b. Keep the two ends as plain numbers.",
    hints: [
      "What is the smallest number that can come out of the two clips, and which number would you send in to "
        + "get it?",
      "Read \"Wrapped twice\" in lesson 5. Send −100 and 100 through the outer clip first, then through the "
        + "inner one, for two ranges that overlap and for two that lie apart.",
      "The outer clip lets out nothing beyond its own ends, so these two are all you have to follow: clip each "
        + "of them to the other range.",
    ])
}
